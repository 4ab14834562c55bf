/**
 * Purpose: bytes and JSON: event-stream frames, strict JSON, and edits of byte ranges.
 *
 * <p>Uses: Jackson.
 *
 * <p>Must not: know a dialect or the model.
 *
 * <p>Start reading at: {@link FrameReader}, then {@link StrictJson} and {@link JsonScanner}.
 */
@NullMarked
package potluck.dialect.wire;

import org.jspecify.annotations.NullMarked;
