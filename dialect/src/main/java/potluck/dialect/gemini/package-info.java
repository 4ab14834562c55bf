/**
 * This room: Google's Gemini, which Gemini CLI speaks.
 *
 * <p>May touch: {@code dialect}, {@code dialect.model}, {@code dialect.verbatim}, {@code
 * dialect.translate}, {@code dialect.wire}.
 *
 * <p>Must not: see another language.
 *
 * <p>Start reading at: {@link Gemini}.
 */
@NullMarked
package potluck.dialect.gemini;

import org.jspecify.annotations.NullMarked;
