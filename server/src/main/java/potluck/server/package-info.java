/**
 * Purpose: holds {@link Main} only.
 *
 * <p>Uses: command.
 *
 * <p>Must not: hold anything else.
 *
 * <p>Start reading at: {@link Main}.
 */
@NullMarked
package potluck.server;

import org.jspecify.annotations.NullMarked;
