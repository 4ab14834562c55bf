package potluck.server.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.ProxyProtocolData;
import io.helidon.webserver.Router;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;

/**
 * HTTP/1.1 as Helidon speaks it, but what a caller sends passes through an {@link Incoming}: a
 * caller that goes away while an upstream is silent can be noticed only there. Safe for use by many
 * threads.
 */
final class Connections implements ServerConnectionSelector {
  private static final ScopedValue<Incoming> INCOMING = ScopedValue.newInstance();

  private final Http1ConnectionSelector http1;
  private final Set<Incoming> open = ConcurrentHashMap.newKeySet();

  Connections(Http1Config config) {
    this.http1 = Http1ConnectionSelector.builder().config(config).upgraders(Map.of()).build();
  }

  /** What comes in on the connection that this thread serves. */
  static Incoming incoming() {
    return INCOMING.get();
  }

  /** Closes the connections that have taken too long. */
  void sweep() {
    long now = System.nanoTime();
    open.forEach(incoming -> incoming.closeIfOverdue(now));
  }

  /** Closes the connections on which nothing is under way. */
  void closeIdle() {
    open.forEach(Incoming::closeIfIdle);
  }

  /** Closes all, whatever is under way. */
  void closeAll() {
    open.forEach(Incoming::close);
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
    Incoming incoming = new Incoming(context.dataReader(), context.serverSocket());
    return new Known(
        http1.connection(new Context(context, DataReader.create(incoming))), incoming, open);
  }

  /** A connection whose thread knows what comes in on it. */
  private record Known(ServerConnection connection, Incoming incoming, Set<Incoming> open)
      implements ServerConnection {
    @Override
    public void handle(Limit limit) throws InterruptedException {
      open.add(incoming);
      try {
        ScopedValue.where(INCOMING, incoming)
            .call(
                () -> {
                  connection.handle(limit);
                  return true;
                });
      } finally {
        open.remove(incoming);
      }
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

  /** A connection's context, but for where its bytes are read. */
  private record Context(ConnectionContext rest, DataReader dataReader)
      implements ConnectionContext {
    @Override
    public ListenerContext listenerContext() {
      return rest.listenerContext();
    }

    @Override
    public ExecutorService executor() {
      return rest.executor();
    }

    @Override
    public DataWriter dataWriter() {
      return rest.dataWriter();
    }

    @Override
    public Router router() {
      return rest.router();
    }

    @Override
    public Optional<ProxyProtocolData> proxyProtocolData() {
      return rest.proxyProtocolData();
    }

    @Override
    public HelidonSocket serverSocket() {
      return rest.serverSocket();
    }

    @Override
    public PeerInfo remotePeer() {
      return rest.remotePeer();
    }

    @Override
    public PeerInfo localPeer() {
      return rest.localPeer();
    }

    @Override
    public boolean isSecure() {
      return rest.isSecure();
    }

    @Override
    public String socketId() {
      return rest.socketId();
    }

    @Override
    public String childSocketId() {
      return rest.childSocketId();
    }
  }
}
