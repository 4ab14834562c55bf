/**
 * Purpose: runs work in the background at fixed intervals.
 *
 * <p>Uses: the JDK.
 *
 * <p>Must not: know what the work is.
 *
 * <p>Start reading at: {@link Periodic}.
 */
@NullMarked
package potluck.gateway.background;

import org.jspecify.annotations.NullMarked;
