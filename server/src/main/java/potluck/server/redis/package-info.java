/**
 * This room: Redis or Valkey, as a fast copy and as the wire between nodes.
 *
 * <p>May touch: {@code gateway.store}.
 *
 * <p>Must not: be needed. With Redis away everything goes on, a second slower between nodes.
 *
 * <p>Start reading at: {@link RedisConnection}.
 */
@NullMarked
package potluck.server.redis;

import org.jspecify.annotations.NullMarked;
