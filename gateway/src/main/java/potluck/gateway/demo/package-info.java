/**
 * Purpose: a model that needs no provider, so that the first request of a new user is answered.
 *
 * <p>Uses: {@code upstream}, whose interface it implements.
 *
 * <p>Must not: know accounts, callers or money.
 *
 * <p>Start reading at: {@link DemoModel}.
 */
@NullMarked
package potluck.gateway.demo;

import org.jspecify.annotations.NullMarked;
