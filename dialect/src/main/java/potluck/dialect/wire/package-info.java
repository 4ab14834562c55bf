/**
 * This room: bytes: frames of a stream, edits in place, strict reading of JSON.
 *
 * <p>May touch: nothing but Jackson.
 *
 * <p>Must not: know any dialect.
 *
 * <p>Start reading at: {@link FrameReader} and {@link StrictJson}.
 */
@NullMarked
package potluck.dialect.wire;

import org.jspecify.annotations.NullMarked;
