package potluck.server.api.plugin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import potluck.kit.FaultProxy;
import potluck.kit.Faults;
import potluck.server.testing.TestServer;

/**
 * Two servers: one whose pool is the other's, over a connection that can be taken away. The other
 * is the server that all tests share.
 */
final class PoolAndBackend implements AutoCloseable {
  static final String PASSWORD = "a-password-of-my-own";

  final TestServer service = TestServer.shared();
  final TestServer backend;
  private final int target = URI.create(service.url()).getPort();
  private final int port;
  private final Map<String, String> environment;
  private FaultProxy way;

  PoolAndBackend(Map<String, String> more) {
    this.way = way(0);
    this.port = way.port();
    Map<String, String> all = new HashMap<>(more);
    all.put("PLUGIN_API_BASE_URL", way.address());
    all.put("PLUGIN_API_ADMIN_KEY", TestServer.PLUGIN_SERVICE_KEY);
    all.put("UPSTREAM_ALLOWED_HOSTS", "");
    this.environment = Map.copyOf(all);
    this.backend = TestServer.start(all);
  }

  private FaultProxy way(int at) {
    try {
      return new FaultProxy(at, target, Faults.NONE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The service stops, as far as anybody can tell from here. */
  void stop() {
    way.close();
  }

  void restart() {
    way = way(port);
  }

  /** Another node of the server; to be closed by the test. */
  TestServer anotherNode() {
    return backend.secondNode(environment);
  }

  /** A fresh user of the server, who has logged in and has a key of the service. */
  Person person() {
    String name = "u-" + UUID.randomUUID();
    backend.call("POST", "/api/admin/users", backend.admin(), named(name));
    return new Person(name, backend.login(name, PASSWORD));
  }

  static String named(String name) {
    return "{\"username\":\"%s\",\"password\":\"%s\"}".formatted(name, PASSWORD);
  }

  record Person(String name, String token) {}

  @Override
  public void close() {
    backend.close();
    way.close();
  }
}
