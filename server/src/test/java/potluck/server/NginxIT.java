package potluck.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The nginx of the documents in front of a Potluck and of two nodes that are down: it takes the
 * file, and a stream comes through it by TLS. Only where nginx and curl are installed.
 */
@Timeout(120)
class NginxIT {
  private static final String PASSWORD = "changeit";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"docs/production.md", "docs/production.zh-CN.md"})
  void itIsTakenAndLetsAStreamThrough(String page) throws Exception {
    assumeTrue(DocumentsIT.installed("nginx"), "there is no nginx here");
    assumeTrue(DocumentsIT.installed("curl"), "there is no curl here");
    certificate();
    int port = free();
    try (Scene scene = new Scene(1)) {
      Files.writeString(folder.resolve("nginx.conf"), around(sample(page), port, scene.house));
      String tested = said("nginx", "-t", "-p", folder.toString(), "-c", "nginx.conf");
      assertThat(tested).contains("syntax is ok");
      Process nginx =
          new ProcessBuilder("nginx", "-p", folder.toString(), "-c", "nginx.conf")
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("out.log").toFile())
              .start();
      try {
        TestHouse.eventually(() -> listens(port));
        for (int i = 0; i < 6; i++) { // Two of three nodes are down, whichever comes first.
          assertThat(stream(port, scene)).contains("data: {", "data: [DONE]");
        }
        assertThat(scene.upstream().requests()).hasSize(6);
      } finally {
        nginx.destroy();
        nginx.waitFor(10, TimeUnit.SECONDS);
      }
    }
  }

  private static String stream(int port, Scene scene) throws IOException, InterruptedException {
    return said(
        "curl",
        "-skN",
        "https://127.0.0.1:" + port + "/v1/chat/completions",
        "-H",
        "Authorization: Bearer " + scene.key,
        "-H",
        "Content-Type: application/json",
        "-d",
        scene.body(true));
  }

  private static String sample(String page) {
    List<String> block =
        Manual.of(page).blocks().stream()
            .filter(lines -> lines.getFirst().equals("upstream potluck {"))
            .findFirst()
            .orElseThrow();
    return String.join("\n", block);
  }

  /** What stands around it in a system's nginx.conf, and this machine in place of the page's. */
  private String around(String sample, int port, TestHouse house) throws IOException {
    String here =
        Shell.filled(
            sample,
            Map.of(
                "10.0.0.11:8008", "127.0.0.1:" + free(),
                "10.0.0.12:8008", house.url().substring("http://".length()),
                "10.0.0.13:8008", "127.0.0.1:" + free(),
                "listen 443 ssl http2;", "listen 127.0.0.1:" + port + " ssl http2;",
                "/etc/ssl/", folder + "/"));
    assertThat(here).contains("listen 127.0.0.1:").doesNotContain("10.0.0.1");
    return """
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
        .formatted(here);
  }

  /** A certificate that nobody has signed, as nginx reads it. */
  private void certificate() throws Exception {
    Path store = folder.resolve("store.p12");
    said(
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
    pem("potluck.pem", "CERTIFICATE", keys.getCertificate("it").getEncoded());
    pem("potluck.key", "PRIVATE KEY", keys.getKey("it", PASSWORD.toCharArray()).getEncoded());
  }

  private void pem(String file, String what, byte[] content) throws IOException {
    String text = Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(content);
    Files.writeString(
        folder.resolve(file),
        "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(what, text));
  }

  private static String said(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), US_ASCII);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  private static int free() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static Optional<Boolean> listens(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
      return Optional.of(true);
    } catch (IOException notYet) {
      return Optional.empty();
    }
  }
}
