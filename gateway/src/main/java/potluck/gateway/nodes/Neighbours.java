package potluck.gateway.nodes;

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
import potluck.gateway.quota.Elsewhere;
import potluck.gateway.quota.Quotas;

/**
 * Lets limits hold for all nodes together: each tells the others what it has under way, four times
 * a second. While nothing can be heard, each goes on with its share of what is allowed. Safe for
 * use by many threads.
 */
public final class Neighbours implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Neighbours.class);
  private static final Duration PERIOD = Duration.ofMillis(250);

  /** A node with nothing to tell still says that it is there. */
  private static final long SIGN_NANOS = 1_000_000_000;

  /** Who was silent for so long has gone, if others can be heard. */
  private static final long GONE_NANOS = 4_000_000_000L;

  private final Wire wire;
  private final Pool pool;
  private final Quotas quotas;
  private final Map<String, Heard> nodes = new ConcurrentHashMap<>();
  private final Thread thread = Thread.ofVirtual().name("neighbours").unstarted(this::run);
  private boolean quiet = true;
  private long saidAt = System.nanoTime() - SIGN_NANOS;
  private volatile boolean closed;

  /** How nodes hear each other. */
  public interface Wire {
    /** Whether what is said is heard, as far as can be known. */
    boolean well();

    /** Says it to the others, some time soon, if it can. */
    void say(String text);
  }

  private record Heard(Load load, long at) {}

  public Neighbours(Wire wire, Pool pool, Quotas quotas) {
    this.wire = wire;
    this.pool = pool;
    this.quotas = quotas;
  }

  public void start() {
    thread.start();
  }

  /** Takes what another node says. */
  public void heard(String node, String text) {
    Load load = Load.of(text);
    nodes.put(node, new Heard(load, System.nanoTime()));
    quotas.told().begin();
    for (Elsewhere used : load.used()) {
      quotas.told().hear(used);
    }
  }

  /** Nodes there are, this one counted; those that cannot be heard now are counted on. */
  public int count() {
    return nodes.size() + 1;
  }

  private void run() {
    while (!closed) {
      try {
        look();
      } catch (RuntimeException e) {
        LOG.warn("what other nodes do could not be taken into account: {}", e.getMessage());
      }
      LockSupport.parkNanos(PERIOD.toNanos());
    }
  }

  private void look() {
    long now = System.nanoTime();
    boolean well = wire.well();
    if (well) {
      say(now);
      nodes.values().removeIf(heard -> now - heard.at() > GONE_NANOS);
    } else {
      // What was used in an outage is old news after it: the rows tell of it.
      quotas.told().untold();
    }
    Map<AccountId, Integer> accounts = new HashMap<>();
    Map<String, Integer> crowds = new HashMap<>();
    if (well) {
      for (Heard heard : nodes.values()) {
        heard
            .load()
            .accounts()
            .forEach((id, running) -> accounts.merge(new AccountId(id), running, Integer::sum));
        heard.load().crowds().forEach((who, running) -> crowds.merge(who, running, Integer::sum));
      }
    }
    int sharers = well ? 1 : count();
    pool.elsewhere(accounts, sharers);
    quotas.told().hear(crowds, sharers);
  }

  private void say(long now) {
    Map<String, Integer> accounts =
        pool.busy().entrySet().stream()
            .collect(Collectors.toMap(each -> each.getKey().hex(), Map.Entry::getValue));
    Load load = new Load(accounts, quotas.told().crowds(), quotas.told().untold());
    if (!load.isEmpty() || now - saidAt >= SIGN_NANOS || !quiet) {
      wire.say(load.text());
      saidAt = now;
    }
    quiet = load.isEmpty();
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
