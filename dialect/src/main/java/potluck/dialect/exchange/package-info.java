/**
 * Purpose: prepares one attempt: decides between passing through and translating. The only package
 * that knows all dialects.
 *
 * <p>Uses: all of {@code dialect}.
 *
 * <p>Must not: contain what a dialect can do itself.
 *
 * <p>Start reading at: {@link DialectExchange}, then {@link TranslatingPassage}.
 */
@NullMarked
package potluck.dialect.exchange;

import org.jspecify.annotations.NullMarked;
