/**
 * Purpose: OpenAI's chat completions, with the deviations of compatible servers.
 *
 * <p>Uses: {@code dialect}, {@code dialect.model}, {@code dialect.verbatim}, {@code
 * dialect.translate}, {@code dialect.wire}.
 *
 * <p>Must not: depend on another dialect.
 *
 * <p>Start reading at: {@link OpenAi}.
 */
@NullMarked
package potluck.dialect.openai;

import org.jspecify.annotations.NullMarked;
