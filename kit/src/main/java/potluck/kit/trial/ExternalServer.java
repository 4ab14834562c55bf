package potluck.kit.trial;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A server that a trial needs beside Potluck: nginx, Redis or PostgreSQL. For one thread. */
final class ExternalServer implements AutoCloseable {
  private static final int NOBODY = 65534;

  private final Path folder;
  private final int port;
  private final List<String> command;
  private @Nullable Process process;

  /**
   * @param folder working folder
   * @param port that it will listen on
   * @param command command line that starts it in the foreground
   */
  ExternalServer(Path folder, int port, List<String> command) {
    this.folder = folder;
    this.port = port;
    this.command = command;
  }

  /** Redis or Valkey without persistence. */
  static ExternalServer redis(Path folder, int port) {
    return new ExternalServer(
        folder,
        port,
        List.of(
            findExecutable("redis-server", "valkey-server"),
            "--port",
            "" + port,
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--dir",
            folder.toString()));
  }

  /** PostgreSQL with a new cluster and the user {@code trial}, without a password. */
  static ExternalServer postgres(Path folder, int port) throws IOException, InterruptedException {
    Path data = folder.resolve("pg");
    Files.createDirectories(data);
    List<String> unprivileged = unprivileged();
    if (!unprivileged.isEmpty()) {
      run(List.of("chown", "-R", NOBODY + ":" + NOBODY, folder.toString()));
      run(List.of("chmod", "711", folder.toString()));
    }
    List<String> initdb = new ArrayList<>(unprivileged);
    initdb.addAll(
        List.of(
            findExecutable("initdb"),
            "-D",
            data.toString(),
            "-U",
            "trial",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C"));
    run(initdb);
    List<String> command = new ArrayList<>(unprivileged);
    command.addAll(
        List.of(
            findExecutable("postgres"),
            "-D",
            data.toString(),
            "-p",
            "" + port,
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            "unix_socket_directories=",
            "-c",
            "max_connections=200"));
    return new ExternalServer(folder, port, command);
  }

  /** nginx with a configuration. */
  static ExternalServer nginx(Path folder, int port, String configuration) throws IOException {
    Path file = folder.resolve("nginx.conf");
    Files.writeString(file, configuration);
    return new ExternalServer(
        folder,
        port,
        List.of(findExecutable("nginx"), "-c", file.toString(), "-p", folder.toString()));
  }

  /**
   * Starts the server, and waits until it listens.
   *
   * @throws IOException if it does not listen within about 25 s
   */
  void start() throws IOException, InterruptedException {
    process = builder(command).start();
    for (int i = 0; i < 500; i++) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
        return;
      } catch (IOException e) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
    throw new IOException(command.getFirst() + " does not listen; see " + log());
  }

  /** Kills the process and its children. */
  void kill() throws InterruptedException {
    Process running = process;
    if (running != null) {
      running.descendants().forEach(ProcessHandle::destroyForcibly);
      running.destroyForcibly();
      running.waitFor();
    }
  }

  @Override
  public void close() {
    try {
      kill();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Path log() {
    return folder.resolve("out.log");
  }

  private ProcessBuilder builder(List<String> command) {
    return new ProcessBuilder(command)
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
  }

  private static void run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(command + " failed: " + output);
    }
  }

  /** Command prefix that drops privileges, because PostgreSQL refuses to run as root. */
  private static List<String> unprivileged() {
    return "root".equals(System.getProperty("user.name"))
        ? List.of(
            findExecutable("setpriv"),
            "--reuid=" + NOBODY,
            "--regid=" + NOBODY,
            "--clear-groups",
            "--")
        : List.of();
  }

  private static String findExecutable(String... names) {
    List<Path> places =
        new ArrayList<>(Arrays.stream(System.getenv("PATH").split(":")).map(Path::of).toList());
    places.add(Path.of("/usr/sbin"));
    places.addAll(debianFolders());
    return places.stream()
        .flatMap(place -> Arrays.stream(names).map(place::resolve))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst()
        .orElseThrow(
            () -> new IllegalStateException("not installed: " + String.join(" or ", names)));
  }

  /** The folders in which Debian installs PostgreSQL. */
  private static List<Path> debianFolders() {
    Path all = Path.of("/usr/lib/postgresql");
    if (!Files.isDirectory(all)) {
      return List.of();
    }
    try (Stream<Path> versions = Files.list(all)) {
      return versions.map(version -> version.resolve("bin")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
