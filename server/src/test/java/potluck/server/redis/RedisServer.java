package potluck.server.redis;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A process of the installed Redis or Valkey; a test is skipped if neither is installed. */
final class RedisServer implements AutoCloseable {
  private final Path folder;
  private final Path program;
  private final int port;
  private Process process;

  private RedisServer(Path folder, Path program, int port) throws IOException {
    this.folder = folder;
    this.program = program;
    this.port = port;
    this.process = run();
  }

  /**
   * @param folder the folder of its log
   */
  static RedisServer start(Path folder) throws IOException {
    return new RedisServer(folder, program(), freePort());
  }

  /** Starts it again on the same port. */
  void restart() throws IOException {
    process = run();
  }

  String url() {
    return "redis://127.0.0.1:" + port;
  }

  int port() {
    return port;
  }

  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /**
   * @param name the name of a signal, such as STOP
   */
  void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private Process run() throws IOException {
    return new ProcessBuilder(
            List.of(
                program.toString(),
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--dir",
                folder.toString()))
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("redis-" + UUID.randomUUID() + ".log").toFile())
        .start();
  }

  private static Path program() {
    Optional<Path> found =
        Stream.of(System.getenv("PATH").split(":"))
            .flatMap(
                place -> Stream.of("redis-server", "valkey-server").map(Path.of(place)::resolve))
            .filter(Files::isExecutable)
            .findFirst();
    Assumptions.assumeTrue(
        found.isPresent(),
        "neither redis-server nor valkey-server is installed: apt-get install redis-server");
    return found.orElseThrow();
  }

  static int freePort() throws IOException {
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return any.getLocalPort();
    }
  }
}
