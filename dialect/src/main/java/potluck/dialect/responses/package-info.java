/**
 * This room: OpenAI's responses, which Codex speaks.
 *
 * <p>May touch: {@code dialect}, {@code dialect.model}, {@code dialect.verbatim}, {@code
 * dialect.translate}, {@code dialect.wire}.
 *
 * <p>Must not: see another language.
 *
 * <p>Start reading at: {@link Responses}.
 */
@NullMarked
package potluck.dialect.responses;

import org.jspecify.annotations.NullMarked;
