/**
 * Purpose: tests of the web console in a real browser, against a real server.
 *
 * <p>Uses: the test server of module server; the fake upstream of module kit; Playwright and axe.
 *
 * <p>Must not: call the code of the server, except to start it; sleep.
 *
 * <p>Start reading at: {@link Tab}, then {@link Scene} and {@link PagesIT}.
 */
@NullMarked
package potluck.browser;

import org.jspecify.annotations.NullMarked;
