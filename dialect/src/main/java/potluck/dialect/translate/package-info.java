/**
 * This room: answers as events that are in no dialect's words, and how they are read and written.
 *
 * <p>May touch: {@code dialect.model}, {@code dialect.wire}.
 *
 * <p>Must not: know a dialect by name.
 *
 * <p>Start reading at: {@link EventReader}, {@link EventWriter} and what lies between, {@link
 * Sequencer}.
 */
@NullMarked
package potluck.dialect.translate;

import org.jspecify.annotations.NullMarked;
