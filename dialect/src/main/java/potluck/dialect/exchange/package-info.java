/**
 * This room: one attempt, as far as languages go. It alone knows all dialects, and decides between
 * passing through and translating.
 *
 * <p>May touch: all of {@code dialect}.
 *
 * <p>Must not: do what a dialect can do by itself.
 *
 * <p>Start reading at: {@link DialectExchange}, then {@link TranslatingPassage}.
 */
@NullMarked
package potluck.dialect.exchange;

import org.jspecify.annotations.NullMarked;
