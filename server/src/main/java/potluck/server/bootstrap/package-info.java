/**
 * Purpose: creates all objects, connects them, starts and stops the server.
 *
 * <p>Uses: every package of the server and the gateway.
 *
 * <p>Must not: be used by any package but Main and {@code command}.
 *
 * <p>Start reading at: {@link Wiring}.
 */
@NullMarked
package potluck.server.bootstrap;

import org.jspecify.annotations.NullMarked;
