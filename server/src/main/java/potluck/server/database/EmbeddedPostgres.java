package potluck.server.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import potluck.gateway.account.Secret;

/**
 * A PostgreSQL that Potluck starts by itself: durable, on the loopback address, with a password.
 * One that was left running by a killed program is taken over; one that another program uses is
 * shared and left running. Not thread-safe.
 */
final class EmbeddedPostgres implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);
  private static final String USER = "potluck";
  private static final long START_SECONDS = 60;
  private static final long STOP_SECONDS = 10;
  private static final long EXIT_SECONDS = 2;
  private static final long POLL_NANOS = 10_000_000;

  private final Path folder;
  private final Path bin;
  private final Path data;
  private final UnprivilegedUser unprivileged;
  private volatile RunningPostgres running;
  private final @Nullable FolderLock lock;
  private final ReentrantLock restarting = new ReentrantLock();
  private volatile boolean closed;

  private EmbeddedPostgres(
      Path folder,
      Path bin,
      Path data,
      UnprivilegedUser unprivileged,
      RunningPostgres running,
      @Nullable FolderLock ownership) {
    this.folder = folder;
    this.bin = bin;
    this.data = data;
    this.unprivileged = unprivileged;
    this.running = running;
    this.lock = ownership;
    if (ownership != null) {
      watchForExit();
    }
  }

  /** Restarts it on the same port if it dies. */
  private void watchForExit() {
    running
        .process()
        .onExit()
        .thenRun(() -> Thread.ofVirtual().name("postgres-guard").start(this::restartUntilRunning));
  }

  private void restartUntilRunning() {
    if (closed) {
      return;
    }
    LOG.warn("the embedded PostgreSQL has stopped");
    while (!tryRestart()) {
      LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
    }
  }

  /** Whether nothing more is to be done. Closing waits for this, and then nothing is started. */
  private boolean tryRestart() {
    restarting.lock();
    try {
      if (!closed) {
        running = launch(running.port(), bin, data, folder.resolve("postgres.log"), unprivileged);
        LOG.info("the embedded PostgreSQL is running again on port {}", running.port());
        watchForExit();
      }
      return true;
    } catch (IOException | RuntimeException e) {
      LOG.error("the embedded PostgreSQL does not restart, trying again: {}", e.getMessage());
      return false;
    } finally {
      restarting.unlock();
    }
  }

  private void markClosed() {
    restarting.lock(); // Waits for a restart that is in progress.
    try {
      closed = true;
    } finally {
      restarting.unlock();
    }
  }

  /**
   * Starts it in this folder, or uses the one that runs there.
   *
   * @throws IllegalStateException if it cannot be started, with what to do
   */
  static EmbeddedPostgres start(Path folder, Secret password) {
    try {
      Files.createDirectories(folder);
      Path data = folder.resolve("data");
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
      while (System.nanoTime() < deadline) {
        Optional<FolderLock> ownership = FolderLock.tryTake(folder);
        if (ownership.isPresent()) {
          return startOwned(folder, data, password, ownership.get());
        }
        Optional<RunningPostgres> others =
            RunningPostgres.find(data).filter(RunningPostgres::ready);
        if (others.isPresent()) {
          Path bin = PostgresBinaries.unpack(folder).resolve("bin");
          return new EmbeddedPostgres(
              folder, bin, data, UnprivilegedUser.find(folder), others.get(), null);
        }
        LockSupport.parkNanos(POLL_NANOS); // Another program is starting or stopping it.
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The embedded PostgreSQL in " + folder + " does not start", e);
    }
    throw new IllegalStateException(
        "Another program holds "
            + folder.resolve("lock")
            + ", but no PostgreSQL has started; stop that program.");
  }

  private static EmbeddedPostgres startOwned(
      Path folder, Path data, Secret password, FolderLock ownership) throws IOException {
    try {
      Path bin = PostgresBinaries.unpack(folder).resolve("bin");
      UnprivilegedUser unprivileged = UnprivilegedUser.find(folder);
      PostgresDataFolder.createIfMissing(bin, data, USER, password, unprivileged);
      PostgresDataFolder.checkVersion(data);
      Optional<RunningPostgres> left = RunningPostgres.find(data);
      if (left.filter(RunningPostgres::stopping).isPresent()) {
        awaitStopped(data);
        left = Optional.empty();
      }
      Path log = folder.resolve("postgres.log");
      RunningPostgres running =
          left.isPresent()
              ? takeOver(data, log, left.get())
              : launch(PostgresLauncher.port(folder), bin, data, log, unprivileged);
      return new EmbeddedPostgres(folder, bin, data, unprivileged, running, ownership);
    } catch (IOException | RuntimeException e) {
      ownership.close();
      throw e;
    }
  }

  private static RunningPostgres takeOver(Path data, Path log, RunningPostgres left)
      throws IOException {
    LOG.info("taking over the PostgreSQL that is still running on port {}", left.port());
    return awaitReady(data, log, left.process());
  }

  private static RunningPostgres launch(
      int port, Path bin, Path data, Path log, UnprivilegedUser unprivileged) throws IOException {
    RunningPostgres.deleteStalePidFile(data);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(STOP_SECONDS);
    while (true) {
      try {
        return awaitReady(data, log, PostgresLauncher.launch(bin, data, log, unprivileged, port));
      } catch (IllegalStateException e) {
        // Children that outlive a killed parent notice it soon; until then they hold its memory.
        boolean orphans = String.valueOf(e.getMessage()).contains("is still in use");
        if (!orphans || System.nanoTime() > deadline) {
          throw e;
        }
        LockSupport.parkNanos(10 * POLL_NANOS);
      }
    }
  }

  String url() {
    return "jdbc:postgresql://127.0.0.1:" + running.port() + "/postgres";
  }

  String user() {
    return USER;
  }

  Path bin() {
    return bin;
  }

  ProcessHandle process() {
    return running.process();
  }

  /** Releases it and leaves it running, as a killed program would. */
  void abandon() throws IOException {
    markClosed();
    if (lock != null) {
      lock.close();
    }
  }

  /** Its pid file says when it accepts connections. */
  private static RunningPostgres awaitReady(Path data, Path log, ProcessHandle process)
      throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (System.nanoTime() < deadline) {
      boolean alive = process.isAlive();
      Optional<RunningPostgres> now = RunningPostgres.find(data).filter(RunningPostgres::ready);
      if (now.isPresent()) {
        return now.get();
      }
      if (!alive) {
        throw new IllegalStateException(
            "The embedded PostgreSQL stopped while starting; its log says:\n"
                + PostgresTools.tail(Files.readString(log, StandardCharsets.UTF_8)));
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    throw new IllegalStateException(
        "The embedded PostgreSQL was not ready within " + START_SECONDS + " s; see " + log);
  }

  /** Waits briefly for its end: without a process that collects zombies it seems to live on. */
  private static void awaitExit(ProcessHandle process) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(EXIT_SECONDS);
    while (process.isAlive() && System.nanoTime() < deadline) {
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  /**
   * Stops it if this program owns it: a fast shutdown, and if that takes too long, an immediate
   * one.
   */
  @Override
  public void close() {
    markClosed();
    if (lock == null) {
      return;
    }
    try (FolderLock _ = lock) {
      for (String mode : List.of("fast", "immediate")) {
        if (running.process().isAlive() && stop(mode)) {
          awaitExit(running.process()); // Its pid file disappears a moment before the process.
          return;
        }
      }
    } catch (IOException e) {
      LOG.warn("the lock of the embedded PostgreSQL could not be released", e);
    }
  }

  /** Waits until a stopping one has deleted its pid file, which it does last. */
  private static void awaitStopped(Path data) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (RunningPostgres.find(data).isPresent() && System.nanoTime() < deadline) {
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  private boolean stop(String mode) {
    String[] command = {
      bin.resolve("pg_ctl").toString(), "stop", "-D", data.toString(), "-m", mode, "-s", "-t"
    };
    List<String> commandLine = new ArrayList<>(List.of(command));
    commandLine.add(Long.toString(STOP_SECONDS));
    try {
      PostgresTools.run(unprivileged.command(commandLine));
      return true;
    } catch (IOException | IllegalStateException e) {
      LOG.warn("the embedded PostgreSQL did not stop ({}): {}", mode, e.getMessage());
      return false;
    }
  }
}
