/**
 * Purpose: Google's Gemini.
 *
 * <p>Uses: {@code dialect}, {@code dialect.model}, {@code dialect.verbatim}, {@code
 * dialect.translate}, {@code dialect.wire}.
 *
 * <p>Must not: depend on another dialect.
 *
 * <p>Start reading at: {@link Gemini}.
 */
@NullMarked
package potluck.dialect.gemini;

import org.jspecify.annotations.NullMarked;
