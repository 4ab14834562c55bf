/**
 * Purpose: OpenTelemetry traces and metrics by OTLP.
 *
 * <p>Uses: the tracer interface of the relay, settings.
 *
 * <p>Must not: delay or fail a request, or put a user, a key or a prompt into a span.
 *
 * <p>Start reading at: {@link Telemetry}.
 */
@NullMarked
package potluck.server.telemetry;

import org.jspecify.annotations.NullMarked;
