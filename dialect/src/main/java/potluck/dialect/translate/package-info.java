/**
 * This room: answers that are translated, because client and upstream speak different dialects.
 *
 * <p>May touch: {@code dialect}, {@code dialect.model}, {@code dialect.wire}.
 *
 * <p>Must not: know a dialect by name.
 *
 * <p>Start reading at: {@link TranslatingPassage}, then {@link EventReader} and {@link
 * EventWriter}.
 */
@NullMarked
package potluck.dialect.translate;

import org.jspecify.annotations.NullMarked;
