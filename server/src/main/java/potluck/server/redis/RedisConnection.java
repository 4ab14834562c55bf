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
import potluck.gateway.cluster.ClusterPeers;
import potluck.gateway.store.ChangeFeed.Change;
import potluck.gateway.store.ChangeFeed.Topic;
import potluck.gateway.store.RedisMirror;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.SetParams;

/**
 * A connection to Redis 6 or later, or Valkey. One thread writes and one listens; callers only put
 * into a bounded queue. While Redis is unreachable, the oldest entries are dropped; only the health
 * page shows it.
 */
public final class RedisConnection implements RedisMirror, ClusterPeers.PeerChannel, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RedisConnection.class);
  private static final String CHANNEL = "potluck:changes";
  private static final int QUEUE_CAPACITY = 10_000;
  private static final long RETRY_PAUSE_NANOS = 500_000_000;
  private static final long HEARTBEAT_MS = 1000;
  private static final long HEARTBEAT_TTL_SECONDS = 10;
  private static final long MAX_SILENCE_NANOS = 3_000_000_000L;
  private static final String LOAD_MESSAGE = "load";
  private static final long RECONNECT_LISTENER_NANOS = 5_000_000_000L;

  private final URI address;
  private final String node = UUID.randomUUID().toString();
  private final BlockingQueue<Command> queue = new ArrayBlockingQueue<>(QUEUE_CAPACITY);
  private final Thread writer = Thread.ofVirtual().name("redis-writer").unstarted(this::write);
  private final Thread listener = Thread.ofVirtual().name("redis-listener").unstarted(this::listen);
  private volatile Consumer<Change> onChange = _ -> {};
  private volatile BiConsumer<String, String> onPeerLoad = (_, _) -> {};
  private volatile State state = State.DISCONNECTED;
  private volatile String reason = "it has not been reached yet";
  private volatile boolean closed;
  private volatile @Nullable Jedis listening;
  private volatile long lastMessageAt;

  /** The state of the connection. */
  public enum State {
    CONNECTED,
    /** Redis answers but accepts no writes: it is a replica, or full. */
    READ_ONLY,
    DISCONNECTED
  }

  /**
   * @param writes whether success proves that Redis accepts writes
   */
  private record Command(boolean writes, Consumer<RedisClient> run) {}

  /**
   * @param address such as {@code redis://:password@host:6379/0}
   */
  public RedisConnection(URI address) {
    this.address = address;
  }

  /**
   * Connects, and reconnects after failures.
   *
   * @param listener receives the changes of other nodes
   */
  public void start(Consumer<Change> listener) {
    this.onChange = listener;
    writer.start();
    this.listener.start();
  }

  /**
   * Sets the receiver of other nodes' load.
   *
   * @param listener receives the name of a node and its message
   */
  public void onPeerLoad(BiConsumer<String, String> listener) {
    onPeerLoad = listener;
  }

  /** Connected, and messages arrive: a node receives its own messages, too. */
  @Override
  public boolean isConnected() {
    return state == State.CONNECTED && System.nanoTime() - lastMessageAt < MAX_SILENCE_NANOS;
  }

  @Override
  public void publish(String text) {
    enqueue(false, redis -> redis.publish(CHANNEL, node + " " + LOAD_MESSAGE + " " + text));
  }

  public State state() {
    return state;
  }

  /** Why it does not work, in Redis' own words; for people. */
  public String reason() {
    return reason;
  }

  @Override
  public void put(String key, String value, Duration lifetime) {
    enqueue(true, redis -> redis.set(key, value, SetParams.setParams().ex(lifetime.toSeconds())));
  }

  @Override
  public void remove(String key) {
    enqueue(true, redis -> redis.del(key));
  }

  @Override
  public void publish(Change change) {
    String message =
        node + " " + change.topic().name().toLowerCase(Locale.ROOT) + " " + change.id();
    enqueue(false, redis -> redis.publish(CHANNEL, message));
  }

  private void enqueue(boolean writes, Consumer<RedisClient> run) {
    Command command = new Command(writes, run);
    while (!queue.offer(command)) {
      queue.poll();
    }
  }

  private void write() {
    while (!closed) {
      try (RedisClient redis = RedisClient.create(address)) {
        while (!closed) {
          Command command = queue.poll(HEARTBEAT_MS, TimeUnit.MILLISECONDS);
          run(redis, command == null ? new Command(true, this::heartbeat) : command);
        }
      } catch (InterruptedException e) {
        return;
      } catch (JedisException e) {
        state(State.DISCONNECTED, String.valueOf(e.getMessage()));
        LockSupport.parkNanos(RETRY_PAUSE_NANOS);
      }
    }
  }

  /** A refusal is an answer, so the connection is still good. */
  private void run(RedisClient redis, Command command) {
    try {
      command.run().accept(redis);
      if (command.writes()) {
        state(State.CONNECTED, "");
      }
    } catch (JedisDataException e) {
      state(State.READ_ONLY, String.valueOf(e.getMessage()));
    }
  }

  /** Checks that writes are accepted and that the listener still receives. */
  private void heartbeat(RedisClient redis) {
    redis.set("potluck:beat:" + node, "1", SetParams.setParams().ex(HEARTBEAT_TTL_SECONDS));
    redis.publish(CHANNEL, node + " beat");
    @Nullable Jedis subscriber = listening;
    if (subscriber != null && System.nanoTime() - lastMessageAt > RECONNECT_LISTENER_NANOS) {
      // Its connection belongs to a Redis that is gone; it would wait for ever.
      subscriber.disconnect();
    }
  }

  /** Logs only changes, so that an outage does not fill the log. */
  private void state(State now, String because) {
    if (closed) {
      return; // The connection was closed on purpose.
    }
    reason = because;
    if (now != state) {
      state = now;
      switch (now) {
        case CONNECTED -> LOG.info("Redis is reachable");
        case READ_ONLY -> LOG.warn("Redis accepts no writes; everything else works: {}", because);
        case DISCONNECTED ->
            LOG.warn("Redis is unreachable; everything works without it: {}", because);
      }
    }
  }

  private void listen() {
    while (!closed) {
      try (Jedis redis = new Jedis(address)) {
        lastMessageAt = System.nanoTime();
        listening = redis;
        redis.subscribe(
            new JedisPubSub() {
              @Override
              public void onMessage(String channel, String message) {
                lastMessageAt = System.nanoTime();
                handleMessage(message);
              }
            },
            CHANNEL);
      } catch (JedisException e) {
        LOG.debug("cannot receive changes from Redis: {}", e.getMessage());
      }
      listening = null;
      LockSupport.parkNanos(RETRY_PAUSE_NANOS);
    }
  }

  private void handleMessage(String message) {
    String[] words = message.split(" ", 3);
    if (words.length != 3 || words[0].equals(node)) {
      return;
    }
    try {
      if (words[1].equals(LOAD_MESSAGE)) {
        onPeerLoad.accept(words[0], words[2]);
        return;
      }
      onChange.accept(new Change(Topic.valueOf(words[1].toUpperCase(Locale.ROOT)), words[2]));
    } catch (RuntimeException e) {
      LOG.debug("invalid message from Redis: {}", e.getMessage());
    }
  }

  @Override
  public void close() {
    closed = true;
    writer.interrupt();
    listener.interrupt();
  }
}
