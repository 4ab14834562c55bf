/**
 * Purpose: OpenAI's responses.
 *
 * <p>Uses: {@code dialect}, {@code dialect.model}, {@code dialect.verbatim}, {@code
 * dialect.translate}, {@code dialect.wire}.
 *
 * <p>Must not: depend on another dialect.
 *
 * <p>Start reading at: {@link Responses}.
 */
@NullMarked
package potluck.dialect.responses;

import org.jspecify.annotations.NullMarked;
