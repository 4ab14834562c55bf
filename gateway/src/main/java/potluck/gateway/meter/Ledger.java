package potluck.gateway.meter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts the journal to PostgreSQL in batches, each request exactly once: rows are keyed by request
 * id, and the journal position is saved in the same transaction. While PostgreSQL is unavailable
 * the journal grows, nothing is lost and no request waits. One thread posts; the public methods are
 * thread-safe.
 */
public final class Ledger implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
  private static final int BATCH = 500;
  private static final long PERIOD_MS = 200;
  private final Journal journal;
  private final Jdbi jdbi;
  private final Sink sink;
  private final UUID node;
  private final Map<UUID, OpenRequest> openRequests = new LinkedHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition posted = lock.newCondition();
  private final Thread thread;
  private final AtomicLong rowsPosted = new AtomicLong();
  private volatile Journal.Position next = new Journal.Position(0, 0);
  private final CountDownLatch caughtUp = new CountDownLatch(1);
  private volatile boolean closing;
  private boolean positionRead;

  /** True once requests left open by earlier runs have been closed. */
  private boolean abandonedClosed;

  /**
   * @param sink receives the rows of a batch in the ledger's transaction
   * @param node identifies this node's journal; constant for a data folder
   */
  public Ledger(Journal journal, Jdbi jdbi, Sink sink, UUID node) {
    this.journal = journal;
    this.sink = sink;
    this.jdbi = jdbi;
    this.node = node;
    this.thread = Thread.ofPlatform().daemon().name("ledger").unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  /** A request that has ended. */
  public record Row(Intent intent, Reading reading, boolean released) {}

  /** Receives rows. It must ignore rows that it has received before. */
  public interface Sink {
    /**
     * @return what to do after the transaction has been committed
     */
    Runnable write(Handle handle, List<Row> rows);
  }

  /** A request that has not ended yet. */
  private record OpenRequest(Journal.Position at, Intent intent, @Nullable Reading reading) {}

  private void run() {
    long pause = PERIOD_MS;
    while (true) {
      boolean last = closing;
      try {
        while (post()) {}
        caughtUp.countDown();
        pause = PERIOD_MS;
        if (last) {
          return;
        }
      } catch (RuntimeException e) {
        LOG.warn("could not post usage, it stays in the journal: {}", e.getMessage());
        pause = Math.min(5000, pause * 2);
        if (last) {
          return;
        }
      }
      lock.lock();
      try {
        posted.signalAll();
        if (!closing) {
          posted.await(pause, TimeUnit.MILLISECONDS);
        }
      } catch (InterruptedException e) {
        return;
      } finally {
        lock.unlock();
      }
    }
  }

  /** Posts one batch; true if there may be more. */
  private boolean post() {
    if (!positionRead) {
      next = jdbi.withHandle(this::readPosition);
      positionRead = true;
    }
    List<Row> rows = new ArrayList<>();
    Map<UUID, OpenRequest> before = new LinkedHashMap<>(openRequests);
    Journal.Position from = next;
    boolean wasBuried = abandonedClosed;
    try {
      readBatch(rows);
      if (rows.isEmpty()) {
        return false;
      }
      Journal.Position safe = restartPosition();
      jdbi.inTransaction(handle -> write(handle, rows, safe)).run();
      rowsPosted.addAndGet(rows.size());
      journal.deleteBefore(safe.segment());
      return rows.size() >= BATCH;
    } catch (RuntimeException e) {
      openRequests.clear();
      openRequests.putAll(before);
      next = from;
      abandonedClosed = wasBuried;
      throw e;
    }
  }

  /** Reads the journal until the batch is full or the journal ends. */
  private void readBatch(List<Row> rows) {
    while (rows.size() < BATCH) {
      Optional<Journal.Entry> found = journal.read(next);
      if (!abandonedClosed && (found.isEmpty() || !journal.isFromEarlierRun(found.get().at()))) {
        closeAbandoned(rows);
        abandonedClosed = true;
      }
      if (found.isEmpty()) {
        return;
      }
      apply(found.get(), rows);
      next = found.get().next();
    }
  }

  private void apply(Journal.Entry found, List<Row> rows) {
    UUID id = JournalCodec.requestId(found.bytes());
    switch (found.kind()) {
      case Journal.INTENT ->
          openRequests.put(
              id, new OpenRequest(found.at(), JournalCodec.intent(found.bytes()), null));
      case Journal.READING ->
          openRequests.computeIfPresent(
              id,
              (_, was) ->
                  new OpenRequest(was.at(), was.intent(), JournalCodec.reading(found.bytes())));
      case Journal.RELEASED -> {
        @Nullable OpenRequest done = openRequests.remove(id);
        if (done != null && done.reading() != null) {
          rows.add(new Row(done.intent(), done.reading(), true));
        }
      }
      default -> LOG.warn("skipped a journal record of unknown kind {}", found.kind());
    }
  }

  /**
   * Closes requests that were left open by earlier runs of the program, because nothing else will.
   */
  private void closeAbandoned(List<Row> rows) {
    for (Map.Entry<UUID, OpenRequest> entry : List.copyOf(openRequests.entrySet())) {
      OpenRequest left = entry.getValue();
      if (journal.isFromEarlierRun(left.at())) {
        openRequests.remove(entry.getKey());
        rows.add(
            new Row(
                left.intent(),
                left.reading() == null ? Reading.INTERRUPTED : left.reading(),
                false));
      }
    }
  }

  /** The position to read from after a restart: that of the oldest open request. */
  private Journal.Position restartPosition() {
    return openRequests.values().stream().map(OpenRequest::at).findFirst().orElse(next);
  }

  private Journal.Position readPosition(Handle handle) {
    return handle
        .createQuery("SELECT segment, \"offset\" FROM journal_positions WHERE node = :node")
        .bind("node", node)
        .map((rs, _) -> new Journal.Position(rs.getLong(1), rs.getLong(2)))
        .findOne()
        .filter(
            journal
                ::contains) // If the journal was lost and created again, it is read from its start.
        .orElse(new Journal.Position(0, 0));
  }

  private Runnable write(Handle handle, List<Row> rows, Journal.Position safe) {
    Runnable after = sink.write(handle, rows);
    handle.execute(
        """
        INSERT INTO journal_positions (node, segment, "offset") VALUES (?, ?, ?)
        ON CONFLICT (node) DO UPDATE SET segment = excluded.segment, "offset" = excluded."offset",
          posted_at = now()
        """,
        node,
        safe.segment(),
        safe.offset());
    return after;
  }

  /** Number of rows posted since the start. */
  public long rowsPosted() {
    return rowsPosted.get();
  }

  /** Number of journal bytes that have not been read yet. */
  public long bytesWaiting() {
    return journal.bytesFrom(next);
  }

  /**
   * Waits until everything that earlier runs left has been posted.
   *
   * @return false if the wait was not long enough
   */
  public boolean caughtUp(Duration wait) throws InterruptedException {
    return caughtUp.await(wait.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Posts what is left, if PostgreSQL accepts it, and stops. The rest stays in the journal. */
  @Override
  public void close() {
    closing = true;
    lock.lock();
    try {
      posted.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      thread.join(10_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
