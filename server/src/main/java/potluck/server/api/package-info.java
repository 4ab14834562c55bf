/**
 * This room: what is served below {@code /api} and {@code /v1}, a room a subject, and the list of
 * all of it.
 *
 * <p>May touch: the rooms below it, the door.
 *
 * <p>Must not: hold a rule of the business; know Helidon.
 *
 * <p>Start reading at: {@link ApiServer}.
 */
@NullMarked
package potluck.server.api;

import org.jspecify.annotations.NullMarked;
