/**
 * Purpose: serves the files of the web console below {@code /console/}.
 *
 * <p>Uses: http; the files of module console and of Lit on the class path.
 *
 * <p>Must not: know what the console shows: it uses the public API like any other client.
 *
 * <p>Start reading at: {@link ConsoleRoutes}.
 */
@NullMarked
package potluck.server.api.console;

import org.jspecify.annotations.NullMarked;
