package potluck.server.redis;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import potluck.gateway.nodes.Neighbours;
import potluck.gateway.store.Changes.Change;
import potluck.gateway.store.Changes.What;
import potluck.gateway.store.FastCopy;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.SetParams;

/**
 * Redis 6 or later, or Valkey. One thread writes, one listens; callers put into a bounded queue and
 * go on. While Redis is away the queue drops what is oldest, and nobody notices but the health
 * page.
 */
public final class Redis implements FastCopy, Neighbours.Wire, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Redis.class);
  private static final String CHANNEL = "potluck:changes";
  private static final int QUEUE = 10_000;
  private static final long PAUSE_NANOS = 500_000_000;
  private static final long BEAT_MS = 1000;
  private static final long BEAT_LIFE_SECONDS = 10;
  private static final long SILENT_NANOS = 3_000_000_000L;
  private static final String LOAD = "load";
  private static final long DEAF_NANOS = 5_000_000_000L;

  private final URI address;
  private final String node = UUID.randomUUID().toString();
  private final BlockingQueue<Command> waiting = new ArrayBlockingQueue<>(QUEUE);
  private final Thread writer = Thread.ofVirtual().name("redis-writer").unstarted(this::write);
  private final Thread listener = Thread.ofVirtual().name("redis-listener").unstarted(this::listen);
  private volatile Consumer<Change> heard = _ -> {};
  private volatile BiConsumer<String, String> neighbour = (_, _) -> {};
  private volatile State state = State.AWAY;
  private volatile String why = "it has not been reached yet";
  private volatile boolean closed;
  private volatile @Nullable Jedis listening;
  private volatile long heardAt;

  /** How it is. */
  public enum State {
    WELL,
    /** It answers, and takes nothing: it is a replica, or full. */
    READ_ONLY,
    AWAY
  }

  /**
   * @param writes whether it shows that Redis takes what it is given
   */
  private record Command(boolean writes, Consumer<RedisClient> run) {}

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

  /**
   * @param heard is told what other nodes have under way: the node's name, and what it says
   */
  public void neighbours(BiConsumer<String, String> heard) {
    neighbour = heard;
  }

  /** Reached, and heard: this node hears what it says itself, too. */
  @Override
  public boolean well() {
    return state == State.WELL && System.nanoTime() - heardAt < SILENT_NANOS;
  }

  @Override
  public void say(String text) {
    later(false, redis -> redis.publish(CHANNEL, node + " " + LOAD + " " + text));
  }

  public State state() {
    return state;
  }

  /** What ails it, in Redis' own words; for people. */
  public String why() {
    return why;
  }

  @Override
  public void put(String key, String value, Duration life) {
    later(true, redis -> redis.set(key, value, SetParams.setParams().ex(life.toSeconds())));
  }

  @Override
  public void remove(String key) {
    later(true, redis -> redis.del(key));
  }

  @Override
  public void tell(Change change) {
    String message =
        node + " " + change.what().name().toLowerCase(Locale.ROOT) + " " + change.name();
    later(false, redis -> redis.publish(CHANNEL, message));
  }

  private void later(boolean writes, Consumer<RedisClient> run) {
    Command command = new Command(writes, run);
    while (!waiting.offer(command)) {
      waiting.poll();
    }
  }

  private void write() {
    while (!closed) {
      try (RedisClient redis = RedisClient.create(address)) {
        while (!closed) {
          Command command = waiting.poll(BEAT_MS, TimeUnit.MILLISECONDS);
          run(redis, command == null ? new Command(true, this::beat) : command);
        }
      } catch (InterruptedException e) {
        return;
      } catch (JedisException e) {
        state(State.AWAY, String.valueOf(e.getMessage()));
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  /** A refusal is an answer: the connection is as good as before. */
  private void run(RedisClient redis, Command command) {
    try {
      command.run().accept(redis);
      if (command.writes()) {
        state(State.WELL, "");
      }
    } catch (JedisDataException e) {
      state(State.READ_ONLY, String.valueOf(e.getMessage()));
    }
  }

  /** Tries whether anything can be written, and whether the listener still hears. */
  private void beat(RedisClient redis) {
    redis.set("potluck:beat:" + node, "1", SetParams.setParams().ex(BEAT_LIFE_SECONDS));
    redis.publish(CHANNEL, node + " beat");
    @Nullable Jedis deaf = listening;
    if (deaf != null && System.nanoTime() - heardAt > DEAF_NANOS) {
      // Its connection is of a Redis that is no more: it would wait for ever.
      deaf.disconnect();
    }
  }

  /** Says it once, when it changes: an outage must not fill the log. */
  private void state(State now, String because) {
    if (closed) {
      return; // We hung up ourselves.
    }
    why = because;
    if (now != state) {
      state = now;
      switch (now) {
        case WELL -> LOG.info("Redis is reached");
        case READ_ONLY -> LOG.warn("Redis takes nothing, everything goes on: {}", because);
        case AWAY -> LOG.warn("Redis is away, everything goes on without it: {}", because);
      }
    }
  }

  private void listen() {
    while (!closed) {
      try (Jedis redis = new Jedis(address)) {
        heardAt = System.nanoTime();
        listening = redis;
        redis.subscribe(
            new JedisPubSub() {
              @Override
              public void onMessage(String channel, String message) {
                heardAt = System.nanoTime();
                take(message);
              }
            },
            CHANNEL);
      } catch (JedisException e) {
        LOG.debug("changes cannot be heard by Redis now: {}", e.getMessage());
      }
      listening = null;
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private void take(String message) {
    String[] words = message.split(" ", 3);
    if (words.length != 3 || words[0].equals(node)) {
      return;
    }
    try {
      if (words[1].equals(LOAD)) {
        neighbour.accept(words[0], words[2]);
        return;
      }
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
