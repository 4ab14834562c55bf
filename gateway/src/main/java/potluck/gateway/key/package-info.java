/**
 * This room: API keys, and who stands behind a request: the caller.
 *
 * <p>May touch: {@code identity}, {@code store}.
 *
 * <p>Must not: know HTTP; ask a database on the hot path for a key that it has seen.
 *
 * <p>Start reading at: {@link Caller}.
 */
@NullMarked
package potluck.gateway.key;

import org.jspecify.annotations.NullMarked;
