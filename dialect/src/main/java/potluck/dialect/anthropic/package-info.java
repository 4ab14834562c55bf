/**
 * This room: Anthropic's messages, which Claude Code speaks.
 *
 * <p>May touch: {@code dialect}, {@code dialect.model}, {@code dialect.verbatim}, {@code
 * dialect.translate}, {@code dialect.wire}.
 *
 * <p>Must not: see another language.
 *
 * <p>Start reading at: {@link Anthropic}.
 */
@NullMarked
package potluck.dialect.anthropic;

import org.jspecify.annotations.NullMarked;
