/**
 * This room: the canonical words: what is asked, what is said, what was counted, what went wrong.
 *
 * <p>May touch: {@code dialect.wire}, and JSON as a tree where a schema is carried.
 *
 * <p>Must not: know any dialect; hold behaviour beyond its own arithmetic.
 *
 * <p>Start reading at: {@link Ask}, then {@link Prompt} and {@link Event}.
 */
@NullMarked
package potluck.dialect.model;

import org.jspecify.annotations.NullMarked;
