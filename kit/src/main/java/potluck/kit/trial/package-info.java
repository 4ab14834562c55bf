/**
 * Purpose: trials that run the server as a process: kill it, restart it, attack it slowly, and
 * check the results.
 *
 * <p>Uses: {@code kit}.
 *
 * <p>Must not: look into the program; it is a process with an API.
 *
 * <p>Start reading at: {@link CrashTrial}.
 */
@NullMarked
package potluck.kit.trial;

import org.jspecify.annotations.NullMarked;
