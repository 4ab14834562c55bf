/**
 * This room: traces and metrics by OTLP, in the words of OpenTelemetry.
 *
 * <p>May touch: what it follows, by the narrowest means.
 *
 * <p>Must not: hold up or fail a request; put a user, a key or a prompt into a span.
 *
 * <p>Start reading at: {@link Telemetry}.
 */
@NullMarked
package potluck.server.telemetry;

import org.jspecify.annotations.NullMarked;
