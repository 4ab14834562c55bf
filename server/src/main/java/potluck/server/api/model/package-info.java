/**
 * Purpose: routes for models: call, count tokens, list, explain.
 *
 * <p>Uses: http; {@code gateway.relay}.
 *
 * <p>Must not: know the format of a dialect.
 *
 * <p>Start reading at: {@link ModelApi}.
 */
@NullMarked
package potluck.server.api.model;

import org.jspecify.annotations.NullMarked;
