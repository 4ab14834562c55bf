/**
 * This room: models: called, counted for, listed, explained.
 *
 * <p>May touch: the door, the relay.
 *
 * <p>Must not: know a dialect's words.
 *
 * <p>Start reading at: {@link ModelApi}.
 */
@NullMarked
package potluck.server.api.model;

import org.jspecify.annotations.NullMarked;
