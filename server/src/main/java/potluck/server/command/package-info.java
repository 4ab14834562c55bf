/**
 * Purpose: the command line {@code ./potluck}.
 *
 * <p>Uses: every package of the server.
 *
 * <p>Must not: contain domain logic.
 *
 * <p>Start reading at: {@link PotluckCommand}.
 */
@NullMarked
package potluck.server.command;

import org.jspecify.annotations.NullMarked;
