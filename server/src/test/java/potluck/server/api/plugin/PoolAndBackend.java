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
 * Two servers: the backend uses the service, which all tests share, as its Plug-in service. A proxy
 * between them can be stopped.
 */
final class PoolAndBackend implements AutoCloseable {
  static final String PASSWORD = "a-password-of-my-own";

  final TestServer service = TestServer.shared();
  final TestServer backend;
  private final int target = URI.create(service.url()).getPort();
  private final int port;
  private final Map<String, String> environment;
  private FaultProxy proxy;

  PoolAndBackend(Map<String, String> more) {
    this.proxy = startProxy(0);
    this.port = proxy.port();
    Map<String, String> all = new HashMap<>(more);
    all.put("PLUGIN_API_BASE_URL", proxy.address());
    all.put("PLUGIN_API_ADMIN_KEY", TestServer.PLUGIN_SERVICE_KEY);
    all.put("UPSTREAM_ALLOWED_HOSTS", "");
    this.environment = Map.copyOf(all);
    this.backend = TestServer.start(all);
  }

  private FaultProxy startProxy(int at) {
    try {
      return new FaultProxy(at, target, Faults.NONE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Stops the proxy, so that the backend cannot reach the service. */
  void stop() {
    proxy.close();
  }

  void restart() {
    proxy = startProxy(port);
  }

  /** Starts another node of the backend; the test must close it. */
  TestServer anotherNode() {
    return backend.secondNode(environment);
  }

  /** Creates a user of the backend and logs in. */
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
    proxy.close();
  }
}
