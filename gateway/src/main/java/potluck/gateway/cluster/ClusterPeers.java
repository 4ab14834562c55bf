package potluck.gateway.cluster;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import potluck.gateway.account.AccountId;
import potluck.gateway.background.Periodic;
import potluck.gateway.pool.Pool;
import potluck.gateway.quota.NodeUsage;
import potluck.gateway.quota.Quotas;

/**
 * Shares load between nodes so that limits hold for all of them together: each node publishes its
 * running requests and its usage four times a second. While peers cannot be reached, each node
 * allows only its share of each limit. Thread-safe.
 */
public final class ClusterPeers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterPeers.class);
  private static final Duration PERIOD = Duration.ofMillis(250);

  /** A node with nothing to report publishes at least this often. */
  private static final long HEARTBEAT_NANOS = 1_000_000_000;

  /** A peer that was silent for this long is removed, if the channel is connected. */
  private static final long PEER_TIMEOUT_NANOS = 4_000_000_000L;

  private final PeerChannel channel;
  private final Pool pool;
  private final Quotas quotas;
  private final Map<String, ReceivedLoad> peers = new ConcurrentHashMap<>();
  private final Periodic exchange = new Periodic("cluster-peers", PERIOD, this::tryExchange);
  private boolean lastLoadWasEmpty = true;
  private long publishedAt = System.nanoTime() - HEARTBEAT_NANOS;

  /** The channel between nodes. */
  public interface PeerChannel {
    /** Whether published loads currently reach the peers, as far as known. */
    boolean isConnected();

    /** Publishes a load to the peers soon, if possible; returns at once. */
    void publish(String text);
  }

  private record ReceivedLoad(NodeLoad load, long atNanos) {}

  public ClusterPeers(PeerChannel channel, Pool pool, Quotas quotas) {
    this.channel = channel;
    this.pool = pool;
    this.quotas = quotas;
  }

  public void start() {
    exchange.start();
  }

  /** Receives the load of another node. */
  public void receive(String node, String text) {
    NodeLoad load = NodeLoad.parse(text);
    peers.put(node, new ReceivedLoad(load, System.nanoTime()));
    quotas.peerUsage().enable();
    for (NodeUsage used : load.used()) {
      quotas.peerUsage().receive(used);
    }
  }

  /** Number of nodes including this one. Peers that are unreachable still count. */
  public int nodeCount() {
    return peers.size() + 1;
  }

  private void tryExchange() {
    try {
      exchange();
    } catch (RuntimeException e) {
      LOG.warn("could not exchange the load with other nodes: {}", e.getMessage());
    }
  }

  private void exchange() {
    long now = System.nanoTime();
    boolean connected = channel.isConnected();
    if (connected) {
      publish(now);
      peers.values().removeIf(peer -> now - peer.atNanos() > PEER_TIMEOUT_NANOS);
    } else {
      // Usage during an outage is not reported later; the posted rows contain it.
      quotas.peerUsage().drainUnsent();
    }
    Map<AccountId, Integer> accounts = new HashMap<>();
    Map<String, Integer> runningByKey = new HashMap<>();
    if (connected) {
      for (ReceivedLoad peer : peers.values()) {
        peer.load()
            .accounts()
            .forEach((id, running) -> accounts.merge(new AccountId(id), running, Integer::sum));
        peer.load()
            .runningByKey()
            .forEach((who, running) -> runningByKey.merge(who, running, Integer::sum));
      }
    }
    int sharingNodes = connected ? 1 : nodeCount();
    pool.setRemoteRunning(accounts, sharingNodes);
    quotas.peerUsage().receive(runningByKey, sharingNodes);
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
    exchange.close();
  }
}
