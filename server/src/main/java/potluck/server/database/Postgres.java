package potluck.server.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import potluck.gateway.account.Secret;

/**
 * A PostgreSQL of our own, for a house that brings none: real, durable, on the loopback address,
 * with a password. One that was left running when the program was killed is taken over. Not safe
 * for use by many threads.
 */
final class Postgres implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Postgres.class);
  private static final String USER = "potluck";
  private static final long START_SECONDS = 60;
  private static final long STOP_SECONDS = 20;

  private final Path bin;
  private final Path data;
  private final Path log;
  private final Unprivileged unprivileged;
  private final int port;
  private final ProcessHandle process;

  private Postgres(
      Path bin, Path data, Path log, Unprivileged unprivileged, int port, ProcessHandle process) {
    this.bin = bin;
    this.data = data;
    this.log = log;
    this.unprivileged = unprivileged;
    this.port = port;
    this.process = process;
  }

  /**
   * Starts it in this folder, or takes over the one that runs there.
   *
   * @throws IllegalStateException with what to do where it cannot be
   */
  static Postgres start(Path folder, Secret password) {
    try {
      Path bin = Binaries.unpack(folder).resolve("bin");
      Path data = folder.resolve("data");
      Path log = folder.resolve("postgres.log");
      Unprivileged unprivileged = Unprivileged.find(folder);
      if (!Files.exists(data.resolve("PG_VERSION"))) {
        initialise(bin, data, password, unprivileged);
      }
      checkVersion(data);
      Optional<Running> left = Running.in(data);
      if (left.isPresent()) {
        LOG.info("taking over the PostgreSQL that still runs on port {}", left.get().port());
        return new Postgres(bin, data, log, unprivileged, left.get().port(), left.get().process());
      }
      Files.deleteIfExists(data.resolve("postmaster.pid"));
      int port = port(folder);
      ProcessHandle process = launch(bin, data, log, unprivileged, port);
      Postgres postgres = new Postgres(bin, data, log, unprivileged, port, process);
      postgres.await();
      return postgres;
    } catch (IOException e) {
      throw new UncheckedIOException("our own PostgreSQL in " + folder + " does not start", e);
    }
  }

  String url() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
  }

  String user() {
    return USER;
  }

  Path bin() {
    return bin;
  }

  private static void initialise(Path bin, Path data, Secret password, Unprivileged unprivileged)
      throws IOException {
    LOG.info("making a database in {}", data);
    Path half = data.resolveSibling("making-" + ProcessHandle.current().pid());
    Path words = Files.createTempFile(data.getParent(), "pw", ".tmp");
    try {
      Files.writeString(words, password.reveal());
      unprivileged.give(words);
      run(
          unprivileged.command(
              List.of(
                  bin.resolve("initdb").toString(),
                  "--pgdata=" + half,
                  "--username=" + USER,
                  "--pwfile=" + words,
                  "--auth=scram-sha-256",
                  "--encoding=UTF8",
                  "--locale=C",
                  "--no-instructions")));
      Files.move(half, data);
    } finally {
      Files.deleteIfExists(words);
    }
  }

  private static void checkVersion(Path data) throws IOException {
    String major = Files.readString(data.resolve("PG_VERSION")).strip();
    String ours = Binaries.VERSION.substring(0, Binaries.VERSION.indexOf('.'));
    if (!major.equals(ours)) {
      throw new IllegalStateException(
          "the database in "
              + data
              + " is of PostgreSQL "
              + major
              + ", this program brings "
              + ours
              + "; start the version of Potluck that made it, dump it with pg_dump, and load it here");
    }
  }

  /** The port of the last time if it is free, else any free one. */
  private static int port(Path folder) throws IOException {
    Path file = folder.resolve("port");
    if (Files.exists(file)) {
      int last = Integer.parseInt(Files.readString(file).strip());
      if (free(last)) {
        return last;
      }
    }
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Files.writeString(file, Integer.toString(any.getLocalPort()));
      return any.getLocalPort();
    }
  }

  private static boolean free(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  private static ProcessHandle launch(
      Path bin, Path data, Path log, Unprivileged unprivileged, int port) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(bin.resolve("postgres").toString());
    command.add("-D");
    command.add(data.toString());
    setting(command, "port", Integer.toString(port));
    setting(command, "listen_addresses", "127.0.0.1");
    setting(command, "unix_socket_directories", "");
    // Durable, whatever a file of settings says: money is in here.
    setting(command, "fsync", "on");
    setting(command, "synchronous_commit", "on");
    setting(command, "full_page_writes", "on");
    setting(command, "max_connections", "24");
    setting(command, "shared_buffers", "64MB");
    setting(command, "max_wal_size", "256MB");
    setting(command, "log_destination", "stderr");
    setting(command, "log_min_messages", "warning");
    setting(command, "jit", "off");
    // Its own session: an interrupt typed at the terminal is for us, and we stop it when we are
    // done.
    List<String> whole = new ArrayList<>(List.of("setsid"));
    whole.addAll(unprivileged.command(command));
    Files.deleteIfExists(log);
    Files.createFile(
        log, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return new ProcessBuilder(whole)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
        .start()
        .toHandle();
  }

  private static void setting(List<String> command, String name, String value) {
    command.add("-c");
    command.add(name + "=" + value);
  }

  private void await() throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (System.nanoTime() < deadline) {
      if (ready()) {
        return;
      }
      if (!process.isAlive()) {
        throw new IllegalStateException(
            "our own PostgreSQL ended while starting; its log says:\n"
                + tail(Files.readString(log, StandardCharsets.UTF_8)));
      }
      LockSupport.parkNanos(10_000_000);
    }
    throw new IllegalStateException(
        "our own PostgreSQL was not ready within " + START_SECONDS + " s; see " + log);
  }

  /** The pid file says so in its eighth line, once connections are taken. */
  private boolean ready() throws IOException {
    Path pid = data.resolve("postmaster.pid");
    if (!Files.exists(pid)) {
      return false;
    }
    List<String> lines = Files.readAllLines(pid);
    if (lines.size() < 8 || !lines.get(7).strip().equals("ready")) {
      return false;
    }
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static void run(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IllegalStateException(command.getFirst() + " failed:\n" + tail(said));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static String tail(String text) {
    return text.length() <= 2000 ? text : text.substring(text.length() - 2000);
  }

  /** Lets it end in order: a fast shutdown, then, if that takes too long, an immediate one. */
  @Override
  public void close() {
    for (String mode : List.of("fast", "immediate")) {
      try {
        run(
            unprivileged.command(
                List.of(
                    bin.resolve("pg_ctl").toString(),
                    "stop",
                    "-D",
                    data.toString(),
                    "-m",
                    mode,
                    "-t",
                    Long.toString(STOP_SECONDS),
                    "-s")));
        return;
      } catch (IOException | IllegalStateException e) {
        LOG.warn("our own PostgreSQL did not stop ({}): {}", mode, e.getMessage());
      }
    }
  }
}
