package potluck.gateway.cluster;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import potluck.gateway.account.AccountId;
import potluck.gateway.pool.Pool;
import potluck.gateway.quota.NodeUsage;
import potluck.gateway.quota.Quotas;

/**
 * Lets limits hold for all nodes together: each tells the others what it has under way, four times
 * a second. While nothing can be heard, each goes on with its share of what is allowed. Safe for
 * use by many threads.
 */
public final class ClusterPeers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterPeers.class);
  private static final Duration PERIOD = Duration.ofMillis(250);

  /** A node with nothing to tell still says that it is there. */
  private static final long HEARTBEAT_NANOS = 1_000_000_000;

  /** Who was silent for so long has gone, if others can be heard. */
  private static final long PEER_TIMEOUT_NANOS = 4_000_000_000L;

  private final PeerChannel channel;
  private final Pool pool;
  private final Quotas quotas;
  private final Map<String, ReceivedLoad> peers = new ConcurrentHashMap<>();
  private final Thread thread = Thread.ofVirtual().name("neighbours").unstarted(this::runLoop);
  private boolean lastLoadWasEmpty = true;
  private long publishedAt = System.nanoTime() - HEARTBEAT_NANOS;
  private volatile boolean closed;

  /** How nodes hear each other. */
  public interface PeerChannel {
    /** Whether what is said is heard, as far as can be known. */
    boolean isConnected();

    /** Says it to the others, some time soon, if it can. */
    void publish(String text);
  }

  private record ReceivedLoad(NodeLoad load, long atNanos) {}

  public ClusterPeers(PeerChannel wire, Pool pool, Quotas quotas) {
    this.channel = wire;
    this.pool = pool;
    this.quotas = quotas;
  }

  public void start() {
    thread.start();
  }

  /** Takes what another node says. */
  public void receive(String node, String text) {
    NodeLoad load = NodeLoad.parse(text);
    peers.put(node, new ReceivedLoad(load, System.nanoTime()));
    quotas.peerUsage().enable();
    for (NodeUsage used : load.used()) {
      quotas.peerUsage().receive(used);
    }
  }

  /** Nodes there are, this one counted; those that cannot be heard now are counted on. */
  public int nodeCount() {
    return peers.size() + 1;
  }

  private void runLoop() {
    while (!closed) {
      try {
        exchange();
      } catch (RuntimeException e) {
        LOG.warn("what other nodes do could not be taken into account: {}", e.getMessage());
      }
      LockSupport.parkNanos(PERIOD.toNanos());
    }
  }

  private void exchange() {
    long now = System.nanoTime();
    boolean well = channel.isConnected();
    if (well) {
      publish(now);
      peers.values().removeIf(heard -> now - heard.atNanos() > PEER_TIMEOUT_NANOS);
    } else {
      // What was used in an outage is old news after it: the rows tell of it.
      quotas.peerUsage().drainUnsent();
    }
    Map<AccountId, Integer> accounts = new HashMap<>();
    Map<String, Integer> crowds = new HashMap<>();
    if (well) {
      for (ReceivedLoad heard : peers.values()) {
        heard
            .load()
            .accounts()
            .forEach((id, running) -> accounts.merge(new AccountId(id), running, Integer::sum));
        heard.load().crowds().forEach((who, running) -> crowds.merge(who, running, Integer::sum));
      }
    }
    int sharers = well ? 1 : nodeCount();
    pool.setRemoteRunning(accounts, sharers);
    quotas.peerUsage().receive(crowds, sharers);
  }

  private void publish(long now) {
    Map<String, Integer> accounts =
        pool.runningByAccount().entrySet().stream()
            .collect(Collectors.toMap(each -> each.getKey().hex(), Map.Entry::getValue));
    NodeLoad load =
        new NodeLoad(
            accounts, quotas.peerUsage().runningByUserAndKey(), quotas.peerUsage().drainUnsent());
    if (!load.isEmpty() || now - publishedAt >= HEARTBEAT_NANOS || !lastLoadWasEmpty) {
      channel.publish(load.toJson());
      publishedAt = now;
    }
    lastLoadWasEmpty = load.isEmpty();
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
