/**
 * This room: OpenAI's chat completions.
 *
 * <p>May touch: {@code dialect}, {@code dialect.model}, {@code dialect.wire}.
 *
 * <p>Must not: see another dialect.
 *
 * <p>Start reading at: {@link OpenAi}.
 */
@NullMarked
package potluck.dialect.openai;

import org.jspecify.annotations.NullMarked;
