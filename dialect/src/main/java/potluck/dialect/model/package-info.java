/**
 * Purpose: types that all dialects share: requests, events, token counts and failures.
 *
 * <p>Uses: {@code dialect.wire}; JSON trees for schemas.
 *
 * <p>Must not: know a dialect; contain more logic than their own arithmetic.
 *
 * <p>Start reading at: {@link Ask}, then {@link Prompt} and {@link Event}.
 */
@NullMarked
package potluck.dialect.model;

import org.jspecify.annotations.NullMarked;
