package potluck.server.database;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** Starts the embedded PostgreSQL: port, options, session. */
final class PostgresLauncher {
  private static final List<String> OPTIONS =
      List.of(
          "listen_addresses=127.0.0.1",
          "unix_socket_directories=",
          // Durable, whatever a configuration file says: money is stored here.
          "fsync=on",
          "synchronous_commit=on",
          "full_page_writes=on",
          "max_connections=24",
          "shared_buffers=64MB",
          "max_wal_size=256MB",
          "log_destination=stderr",
          "log_min_messages=warning",
          "jit=off");

  private PostgresLauncher() {}

  /** The last port if it is free, otherwise any free one. */
  static int port(Path folder) throws IOException {
    Path file = folder.resolve("port");
    String last = Files.exists(file) ? Files.readString(file).strip() : "";
    if (last.matches("[0-9]{1,5}") && isFree(Integer.parseInt(last))) {
      return Integer.parseInt(last);
    }
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Files.writeString(file, Integer.toString(any.getLocalPort()));
      return any.getLocalPort();
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return port > 0 && socket.isBound();
    } catch (IOException | IllegalArgumentException e) {
      return false;
    }
  }

  /** Starts it without waiting; its output goes to {@code log}, which is overwritten. */
  static ProcessHandle launch(
      Path bin, Path data, Path log, UnprivilegedUser unprivileged, int port) throws IOException {
    return launch(bin, data, log, unprivileged, port, OPTIONS);
  }

  /**
   * The same with more options.
   *
   * @param options {@code name=value} as in postgresql.conf
   */
  static ProcessHandle launch(
      Path bin, Path data, Path log, UnprivilegedUser unprivileged, int port, List<String> options)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(bin.resolve("postgres").toString());
    command.addAll(List.of("-D", data.toString(), "-c", "port=" + port));
    options.forEach(option -> command.addAll(List.of("-c", option)));
    // Its own session: an interrupt at the terminal is for Potluck, which stops it in order.
    List<String> commandLine = new ArrayList<>(List.of("setsid"));
    commandLine.addAll(unprivileged.command(command));
    Files.deleteIfExists(log);
    Files.createFile(
        log, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return new ProcessBuilder(commandLine)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
        .start()
        .toHandle();
  }
}
