/**
 * This room: trials that treat the program as the world will: kill it, restart it, guess at its
 * door and crowd it, and hold what was delivered against what was written down.
 *
 * <p>May touch: {@code kit}.
 *
 * <p>Must not: look into the program; it is a process with an API.
 *
 * <p>Start reading at: {@link CrashTrial}.
 */
@NullMarked
package potluck.kit.trial;

import org.jspecify.annotations.NullMarked;
