/**
 * Purpose: answers as events that belong to no dialect, and the interfaces to read and write them.
 *
 * <p>Uses: {@code dialect.model}, {@code dialect.wire}.
 *
 * <p>Must not: know a dialect by name.
 *
 * <p>Start reading at: {@link EventReader}, {@link EventWriter}, and {@link Sequencer} between
 * them.
 */
@NullMarked
package potluck.dialect.translate;

import org.jspecify.annotations.NullMarked;
