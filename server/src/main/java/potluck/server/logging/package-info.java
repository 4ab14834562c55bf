/**
 * This room: where log lines go and what they look like.
 *
 * <p>May touch: Logback.
 *
 * <p>Must not: let a control character or a secret through.
 *
 * <p>Start reading at: {@link Logging}.
 */
@NullMarked
package potluck.server.logging;

import org.jspecify.annotations.NullMarked;
