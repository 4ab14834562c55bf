/**
 * Purpose: Anthropic's messages.
 *
 * <p>Uses: {@code dialect}, {@code dialect.model}, {@code dialect.verbatim}, {@code
 * dialect.translate}, {@code dialect.wire}.
 *
 * <p>Must not: depend on another dialect.
 *
 * <p>Start reading at: {@link Anthropic}.
 */
@NullMarked
package potluck.dialect.anthropic;

import org.jspecify.annotations.NullMarked;
