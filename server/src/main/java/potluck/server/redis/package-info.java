/**
 * Purpose: Redis or Valkey, as a mirror and as the channel between nodes.
 *
 * <p>Uses: {@code gateway.store}, {@code gateway.cluster}.
 *
 * <p>Must not: be required: without Redis everything works, changes only reach other nodes later.
 *
 * <p>Start reading at: {@link RedisConnection}.
 */
@NullMarked
package potluck.server.redis;

import org.jspecify.annotations.NullMarked;
