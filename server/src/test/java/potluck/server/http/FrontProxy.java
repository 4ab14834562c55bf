package potluck.server.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import potluck.server.testing.DocumentPage;
import potluck.server.testing.ShellRunner;
import potluck.server.testing.TestServer;

/**
 * nginx or HAProxy in front of one running node and two that are down, with the configuration of
 * the documents.
 */
final class FrontProxy implements AutoCloseable {
  private static final String PASSWORD = "changeit";

  private final Process process;
  private final int port;

  private FrontProxy(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * @param page the document that contains the configuration
   * @param node the port of the node that is up
   * @param change a change to the configuration
   */
  static FrontProxy nginx(Path folder, String page, int node, UnaryOperator<String> change)
      throws Exception {
    int port = freePort();
    String sample =
        documentedConfig(
            folder,
            page,
            "upstream potluck {",
            node,
            Map.of("listen 443", "listen " + local(port)));
    Path file = folder.resolve("nginx.conf");
    Files.writeString(
        file,
        """
        daemon off;
        pid nginx.pid;
        error_log error.log;
        events { }
        http {
          access_log off;
          client_body_temp_path body;
          proxy_temp_path proxy;
          fastcgi_temp_path fastcgi;
          uwsgi_temp_path uwsgi;
          scgi_temp_path scgi;
        %s
        }
        """
            .formatted(change.apply(sample)));
    assertThat(run("nginx", "-t", "-p", folder.toString(), "-c", "nginx.conf"))
        .contains("syntax is ok");
    return start(folder, port, "nginx", "-p", folder.toString(), "-c", "nginx.conf");
  }

  /** Starts HAProxy, with the same parameters as {@link #nginx}. */
  static FrontProxy haproxy(Path folder, String page, int node, UnaryOperator<String> change)
      throws Exception {
    int port = freePort();
    String sample =
        documentedConfig(
            folder, page, "defaults", node, Map.of("bind :443", "bind " + local(port)));
    Path file = folder.resolve("haproxy.cfg");
    Files.writeString(file, change.apply(sample) + "\n");
    run("haproxy", "-c", "-f", file.toString());
    return start(folder, port, "haproxy", "-db", "-f", file.toString());
  }

  private static FrontProxy start(Path folder, int port, String... command) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out.log").toFile())
            .start();
    FrontProxy front = new FrontProxy(process, port);
    try {
      TestServer.eventually(front::isListening);
    } catch (AssertionError e) {
      front.close();
      throw e;
    }
    return front;
  }

  int port() {
    return port;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The configuration on the page, with local ports and files instead of the page's. */
  private static String documentedConfig(
      Path folder, String page, String first, int node, Map<String, String> more) throws Exception {
    certificate(folder);
    List<String> block =
        DocumentPage.of(page).blocks().stream()
            .filter(lines -> lines.getFirst().equals(first))
            .findFirst()
            .orElseThrow();
    String here = ShellRunner.substitute(String.join("\n", block), more);
    here =
        ShellRunner.substitute(
            here,
            Map.of(
                "10.0.0.11:8008", local(freePort()),
                "10.0.0.12:8008", local(node),
                "10.0.0.13:8008", local(freePort())));
    here = here.replace("/etc/ssl/", folder + "/").replace("/etc/haproxy/", folder + "/");
    assertThat(here).doesNotContain("10.0.0.1", "/etc/");
    return here;
  }

  private static String local(int port) {
    return "127.0.0.1:" + port;
  }

  /** Creates a self-signed certificate; HAProxy reads the key from the same file. */
  private static void certificate(Path folder) throws Exception {
    Path store = folder.resolve("store.p12");
    run(
        Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
        "-genkeypair",
        "-alias",
        "it",
        "-keyalg",
        "EC",
        "-dname",
        "CN=potluck.example.org",
        "-keystore",
        store.toString(),
        "-storepass",
        PASSWORD);
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    String key = pem("PRIVATE KEY", keys.getKey("it", PASSWORD.toCharArray()).getEncoded());
    String certificate = pem("CERTIFICATE", keys.getCertificate("it").getEncoded());
    Files.writeString(folder.resolve("potluck.key"), key);
    Files.writeString(folder.resolve("potluck.pem"), certificate + key);
  }

  private static String pem(String what, byte[] content) {
    String text = Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(content);
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(what, text);
  }

  /** Runs a command, which must succeed, and returns its output. */
  static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), US_ASCII);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private Optional<Boolean> isListening() {
    assertThat(process.isAlive()).as("the proxy runs").isTrue();
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
      return Optional.of(true);
    } catch (IOException notYet) {
      return Optional.empty();
    }
  }
}
