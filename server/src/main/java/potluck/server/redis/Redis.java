package potluck.server.redis;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import potluck.gateway.store.Changes.Change;
import potluck.gateway.store.Changes.What;
import potluck.gateway.store.FastCopy;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.SetParams;

/**
 * Redis 6 or later, or Valkey. One thread writes, one listens; callers put into a bounded queue and
 * go on. While Redis is away the queue drops what is oldest, and nobody notices but the health
 * page.
 */
public final class Redis implements FastCopy, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Redis.class);
  private static final String CHANNEL = "potluck:changes";
  private static final int QUEUE = 10_000;
  private static final long PAUSE_NANOS = 500_000_000;
  private static final long BEAT_MS = 1000;

  private final URI address;
  private final String node = UUID.randomUUID().toString();
  private final BlockingQueue<Consumer<RedisClient>> waiting = new ArrayBlockingQueue<>(QUEUE);
  private final Thread writer = Thread.ofVirtual().name("redis-writer").unstarted(this::write);
  private final Thread listener = Thread.ofVirtual().name("redis-listener").unstarted(this::listen);
  private volatile Consumer<Change> heard = _ -> {};
  private volatile boolean reached;
  private volatile boolean closed;

  /**
   * @param address such as {@code redis://:password@host:6379/0}
   */
  public Redis(URI address) {
    this.address = address;
  }

  /**
   * Connects, and goes on trying.
   *
   * @param heard is told what other nodes say
   */
  public void start(Consumer<Change> heard) {
    this.heard = heard;
    writer.start();
    listener.start();
  }

  /** Whether the last thing that was asked of it worked. */
  public boolean reached() {
    return reached;
  }

  @Override
  public void put(String key, String value, Duration life) {
    later(redis -> redis.set(key, value, SetParams.setParams().ex(life.toSeconds())));
  }

  @Override
  public void tell(Change change) {
    String message =
        node + " " + change.what().name().toLowerCase(Locale.ROOT) + " " + change.name();
    later(redis -> redis.publish(CHANNEL, message));
  }

  private void later(Consumer<RedisClient> command) {
    while (!waiting.offer(command)) {
      waiting.poll();
    }
  }

  private void write() {
    while (!closed) {
      try (RedisClient redis = RedisClient.create(address)) {
        while (!closed) {
          Consumer<RedisClient> command =
              waiting.poll(BEAT_MS, java.util.concurrent.TimeUnit.MILLISECONDS);
          if (command == null) {
            redis.ping();
          } else {
            command.accept(redis);
          }
          state(true, "");
        }
      } catch (InterruptedException e) {
        return;
      } catch (JedisException e) {
        state(false, String.valueOf(e.getMessage()));
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  /** Says it once, when it changes: an outage must not fill the log. */
  private void state(boolean now, String why) {
    if (now != reached) {
      reached = now;
      if (now) {
        LOG.info("Redis is reached");
      } else {
        LOG.warn("Redis is away, everything goes on without it: {}", why);
      }
    }
  }

  private void listen() {
    while (!closed) {
      try (RedisClient redis = RedisClient.create(address)) {
        redis.subscribe(
            new JedisPubSub() {
              @Override
              public void onMessage(String channel, String message) {
                take(message);
              }
            },
            CHANNEL);
      } catch (JedisException e) {
        LOG.debug("changes cannot be heard by Redis now: {}", e.getMessage());
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private void take(String message) {
    String[] words = message.split(" ", 3);
    if (words.length != 3 || words[0].equals(node)) {
      return;
    }
    try {
      heard.accept(new Change(What.valueOf(words[1].toUpperCase(Locale.ROOT)), words[2]));
    } catch (RuntimeException e) {
      LOG.debug("a message by Redis makes no sense: {}", e.getMessage());
    }
  }

  @Override
  public void close() {
    closed = true;
    writer.interrupt();
    listener.interrupt();
  }
}
