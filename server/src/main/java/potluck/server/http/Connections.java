package potluck.server.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * HTTP/1.1 as Helidon speaks it, but each connection's socket is known to what runs on it: a caller
 * that goes away while an upstream is silent can be noticed only there. Safe for use by many
 * threads.
 */
final class Connections implements ServerConnectionSelector {
  private static final ScopedValue<HelidonSocket> SOCKET = ScopedValue.newInstance();

  private final Http1ConnectionSelector http1;

  Connections(Http1Config config) {
    this.http1 = Http1ConnectionSelector.builder().config(config).upgraders(Map.of()).build();
  }

  /** The socket of the connection that this thread serves. */
  static HelidonSocket socket() {
    return SOCKET.get();
  }

  @Override
  public int bytesToIdentifyConnection() {
    return http1.bytesToIdentifyConnection();
  }

  @Override
  public Support supports(BufferData data) {
    return http1.supports(data);
  }

  @Override
  public Set<String> supportedApplicationProtocols() {
    return http1.supportedApplicationProtocols();
  }

  @Override
  public ServerConnection connection(ConnectionContext context) {
    return new Known(http1.connection(context), context.serverSocket());
  }

  private record Known(ServerConnection connection, HelidonSocket socket)
      implements ServerConnection {
    @Override
    public void handle(Limit limit) throws InterruptedException {
      ScopedValue.where(SOCKET, socket)
          .call(
              () -> {
                connection.handle(limit);
                return true;
              });
    }

    @Override
    public Duration idleTime() {
      return connection.idleTime();
    }

    @Override
    public void close(boolean interrupt) {
      connection.close(interrupt);
    }
  }
}
