/**
 * This room: what can be typed behind {@code ./potluck}.
 *
 * <p>May touch: everything.
 *
 * <p>Must not: hold a rule of the business.
 *
 * <p>Start reading at: {@link PotluckCommand}.
 */
@NullMarked
package potluck.server.command;

import org.jspecify.annotations.NullMarked;
