/**
 * This room: OpenAI's chat completions, and what compatible servers make of them.
 *
 * <p>May touch: {@code dialect}, {@code dialect.model}, {@code dialect.verbatim}, {@code
 * dialect.translate}, {@code dialect.wire}.
 *
 * <p>Must not: see another language.
 *
 * <p>Start reading at: {@link OpenAi}.
 */
@NullMarked
package potluck.dialect.openai;

import org.jspecify.annotations.NullMarked;
