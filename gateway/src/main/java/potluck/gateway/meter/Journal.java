package potluck.gateway.meter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import potluck.dialect.model.Failure;
import potluck.dialect.model.FailureException;
import potluck.gateway.background.Periodic;

/**
 * The local append-only journal of intents and readings, in memory-mapped files: an append is a
 * copy to memory and survives {@code kill -9}. A thread flushes it to disk every 200 ms, which
 * limits the loss in a power failure. The {@link Ledger} posts it to PostgreSQL. Thread-safe.
 */
public final class Journal implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
  private static final int SEGMENT_BYTES = 8 << 20;
  private static final Duration FLUSH_PERIOD = Duration.ofMillis(200);

  static final byte INTENT = 1;
  static final byte READING = 2;
  static final byte RELEASED = 3;

  private final Path folder;
  private final FileChannel lockFile;
  private final ReentrantLock lock = new ReentrantLock();
  private final NavigableMap<Long, JournalSegment> segments = new TreeMap<>();
  private final long firstSegmentOfThisRun;
  private final AtomicLong numbers;
  private final Periodic keeper =
      Periodic.onPlatformThread("journal", FLUSH_PERIOD, this::prepareAndFlush);
  private JournalSegment current;
  private @Nullable JournalSegment spare;
  private volatile boolean dirty;

  private Journal(Path folder, FileChannel lockFile, List<JournalSegment> old) throws IOException {
    this.folder = folder;
    this.lockFile = lockFile;
    old.forEach(segment -> segments.put(segment.number(), segment));
    this.firstSegmentOfThisRun = segments.isEmpty() ? 1 : segments.lastKey() + 1;
    this.numbers = new AtomicLong(firstSegmentOfThisRun);
    this.current = JournalSegment.create(folder, firstSegmentOfThisRun, SEGMENT_BYTES);
    segments.put(current.number(), current);
  }

  /** A position in the journal. */
  record Position(long segment, long offset) {}

  /** Opens the journal in a folder, including the segments of earlier runs. */
  public static Journal open(Path folder) {
    try {
      Files.createDirectories(folder);
      FileChannel lock = lock(folder);
      List<JournalSegment> old = new ArrayList<>();
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.sorted().toList()) {
          String name = file.getFileName().toString();
          if (name.endsWith(".journal")) {
            old.add(
                JournalSegment.open(file, Long.parseLong(name.substring(0, name.indexOf('.')))));
          }
        }
      }
      Journal journal = new Journal(folder, lock, old);
      journal.keeper.start();
      return journal;
    } catch (IOException e) {
      throw new UncheckedIOException("the journal in " + folder + " cannot be opened", e);
    }
  }

  /** Whether any process, this one included, has the journal in this folder open. */
  public static boolean inUse(Path folder) throws IOException {
    if (!Files.exists(folder.resolve("lock"))) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(folder.resolve("lock"), StandardOpenOption.READ)) {
      // A shared lock needs only read access; closing the channel releases it.
      return channel.tryLock(0, Long.MAX_VALUE, true) == null;
    } catch (OverlappingFileLockException e) {
      return true;
    }
  }

  /** Two processes must not write to one journal. The lock ends with its process. */
  private static FileChannel lock(Path folder) throws IOException {
    FileChannel channel =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      // This process holds the lock.
    }
    channel.close();
    throw new IllegalStateException(
        "another program uses " + folder + "; stop it, or set POTLUCK_HOME to another folder");
  }

  /**
   * @throws FailureException UNAVAILABLE if the journal cannot grow; then nothing may be sent
   *     upstream
   */
  public void intent(Intent intent) {
    append(INTENT, JournalCodec.intent(intent));
  }

  public void reading(UUID requestId, Reading reading) {
    append(READING, JournalCodec.reading(requestId, reading));
  }

  /** Records that the last byte of an answer was handed to the caller's connection. */
  public void released(UUID requestId) {
    append(RELEASED, JournalCodec.released(requestId));
  }

  private void append(byte kind, byte[] bytes) {
    lock.lock();
    try {
      if (!current.append(kind, bytes)) {
        current = next();
        segments.put(current.number(), current);
        current.append(kind, bytes);
      }
      dirty = true;
    } finally {
      lock.unlock();
    }
  }

  private JournalSegment next() {
    @Nullable JournalSegment ready = spare;
    spare = null;
    keeper.wake();
    if (ready != null) {
      return ready;
    }
    try {
      return JournalSegment.create(folder, numbers.incrementAndGet(), SEGMENT_BYTES);
    } catch (IOException e) {
      LOG.error("the journal cannot grow: {}", e.getMessage());
      throw new FailureException(
          Failure.of(
                  Failure.Kind.UNAVAILABLE,
                  "The server cannot write its journal now, so it accepts no new requests; try again soon.")
              .retryAfter(Duration.ofSeconds(5)));
    }
  }

  /** Whether the record at this position was written by an earlier run of the program. */
  boolean isFromEarlierRun(Position position) {
    return position.segment() < firstSegmentOfThisRun;
  }

  /**
   * Whether this position can exist in this journal. It cannot if the journal was lost and created
   * again.
   */
  boolean contains(Position position) {
    lock.lock();
    try {
      return position.segment() <= segments.lastKey();
    } finally {
      lock.unlock();
    }
  }

  /** The record at a position, or the next one if a segment ends there. */
  Optional<Entry> read(Position from) {
    lock.lock();
    try {
      @Nullable Long number = segments.ceilingKey(from.segment());
      long offset = number != null && number == from.segment() ? from.offset() : 0;
      while (number != null) {
        JournalSegment segment = segments.get(number);
        Optional<JournalSegment.Entry> entry =
            segment == null ? Optional.empty() : segment.read(offset);
        if (entry.isPresent()) {
          return Optional.of(
              new Entry(
                  entry.get().kind(),
                  entry.get().bytes(),
                  new Position(number, offset),
                  new Position(number, entry.get().next())));
        }
        number = segments.higherKey(number);
        offset = 0;
      }
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /** A record, its position and the position of the next record. */
  record Entry(byte kind, byte[] bytes, Position at, Position next) {}

  /** Number of bytes from a position on. Segments of earlier runs count with their full size. */
  long bytesFrom(Position from) {
    lock.lock();
    try {
      long bytes = 0;
      for (JournalSegment segment : segments.tailMap(from.segment()).values()) {
        long all = segment.number() < firstSegmentOfThisRun ? segment.size() : segment.append();
        bytes += segment.number() == from.segment() ? Math.max(0, all - from.offset()) : all;
      }
      return bytes;
    } finally {
      lock.unlock();
    }
  }

  /** Deletes all segments before this one; everything in them has been posted. */
  void deleteBefore(long beforeSegment) {
    lock.lock();
    try {
      for (JournalSegment segment : List.copyOf(segments.headMap(beforeSegment).values())) {
        if (segment != current) {
          segments.remove(segment.number());
          segment.delete();
        }
      }
    } catch (IOException e) {
      LOG.warn("could not delete a posted segment of the journal: {}", e.getMessage());
    } finally {
      lock.unlock();
    }
  }

  private void prepareAndFlush() {
    try {
      prepareSpare();
      if (dirty) {
        dirty = false;
        force();
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("could not prepare the next segment of the journal: {}", e.getMessage());
    }
  }

  private void prepareSpare() throws IOException {
    if (spare != null) {
      return;
    }
    JournalSegment created =
        JournalSegment.create(folder, numbers.incrementAndGet(), SEGMENT_BYTES);
    lock.lock();
    try {
      if (spare == null && created.number() > current.number()) {
        spare = created;
        return;
      }
    } finally {
      lock.unlock();
    }
    created.delete();
  }

  private void force() {
    JournalSegment now;
    lock.lock();
    try {
      now = current;
    } finally {
      lock.unlock();
    }
    now.force();
  }

  @Override
  public void close() {
    keeper.close();
    keeper.join();
    lock.lock();
    try {
      current.force();
      if (spare != null) {
        spare.delete();
      }
      segments.values().forEach(JournalSegment::close);
      lockFile.close();
    } catch (IOException e) {
      LOG.warn("could not delete the spare segment of the journal: {}", e.getMessage());
    } finally {
      lock.unlock();
    }
  }
}
