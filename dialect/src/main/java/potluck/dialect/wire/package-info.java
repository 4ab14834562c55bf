/**
 * This room: bytes: frames of a stream, edits in place, strict reading of JSON.
 *
 * <p>May touch: nothing but Jackson's streaming core.
 *
 * <p>Must not: know any dialect.
 *
 * <p>Start reading at: {@code FrameReader} and {@code Splice}.
 */
@NullMarked
package potluck.dialect.wire;

import org.jspecify.annotations.NullMarked;
