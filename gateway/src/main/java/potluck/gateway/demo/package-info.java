/**
 * This room: a model that needs no provider, so that a newcomer's first call is answered.
 *
 * <p>May touch: {@code upstream}, whose seam it fills.
 *
 * <p>Must not: be mistaken for intelligence; know accounts, callers or money.
 *
 * <p>Start reading at: {@link DemoModel}.
 */
@NullMarked
package potluck.gateway.demo;

import org.jspecify.annotations.NullMarked;
