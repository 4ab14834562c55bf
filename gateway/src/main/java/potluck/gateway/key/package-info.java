/**
 * Purpose: API keys, and the caller of a request.
 *
 * <p>Uses: {@code identity}, {@code store}, {@code crypto}.
 *
 * <p>Must not: know HTTP; read the database on the hot path for a key that is cached.
 *
 * <p>Start reading at: {@link Caller}.
 */
@NullMarked
package potluck.gateway.key;

import org.jspecify.annotations.NullMarked;
