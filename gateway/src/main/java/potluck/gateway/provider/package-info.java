/**
 * Purpose: providers: their addresses, authentication, limits and the meaning of their errors.
 *
 * <p>Uses: {@code account}, {@code upstream}, {@code crypto}, {@code dialect}.
 *
 * <p>Must not: translate, choose accounts, or count.
 *
 * <p>Start reading at: {@link Provider}.
 */
@NullMarked
package potluck.gateway.provider;

import org.jspecify.annotations.NullMarked;
