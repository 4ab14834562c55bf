/**
 * This room: what stands between Helidon and the gateway: routes as data, who may call them, JSON.
 *
 * <p>May touch: Helidon, and every room of the gateway.
 *
 * <p>Must not: hold a rule of the business; let Helidon's types out.
 *
 * <p>Start reading at: {@link Front}, then {@link Route}.
 */
@NullMarked
package potluck.server.http;

import org.jspecify.annotations.NullMarked;
