/**
 * This room: the program itself: how it starts, what it is wired of, how it stops.
 *
 * <p>May touch: everything.
 *
 * <p>Must not: hold a rule of the business.
 *
 * <p>Start reading at: {@link potluck.server.bootstrap.Wiring}.
 */
@NullMarked
package potluck.server;

import org.jspecify.annotations.NullMarked;
