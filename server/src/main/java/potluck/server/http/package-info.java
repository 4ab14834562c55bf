/**
 * This room: the door: what stands between Helidon and the rest: connections and their bounds,
 * routes as data, who may call them, JSON.
 *
 * <p>May touch: Helidon, and what the gateway knows of callers.
 *
 * <p>Must not: hold a rule of the business; let Helidon's types out.
 *
 * <p>Start reading at: {@link RequestHandler}, then {@link HttpRoute}.
 */
@NullMarked
package potluck.server.http;

import org.jspecify.annotations.NullMarked;
