/**
 * Purpose: passes answers through as bytes, because client and upstream speak the same dialect.
 *
 * <p>Uses: {@code dialect}, {@code dialect.model}, {@code dialect.wire}.
 *
 * <p>Must not: know a dialect by name; build a tree per frame.
 *
 * <p>Start reading at: {@link StreamPassage}, then {@link FrameClassifier}.
 */
@NullMarked
package potluck.dialect.verbatim;

import org.jspecify.annotations.NullMarked;
