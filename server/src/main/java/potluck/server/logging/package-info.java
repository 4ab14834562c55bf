/**
 * Purpose: the format and files of the log.
 *
 * <p>Uses: Logback, settings.
 *
 * <p>Must not: let control characters or secrets through.
 *
 * <p>Start reading at: {@link Logging}.
 */
@NullMarked
package potluck.server.logging;

import org.jspecify.annotations.NullMarked;
