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
import potluck.gateway.key.Networks;

/**
 * HTTP/1.1 as Helidon speaks it, but what a caller sends passes through an {@link Incoming}: a
 * caller that goes away while an upstream is silent can be noticed only there. Safe for use by many
 * threads.
 */
public final class Connections implements ServerConnectionSelector {
  private static final ScopedValue<Incoming> INCOMING = ScopedValue.newInstance();

  private final Http1ConnectionSelector http1;
  private final Fence fence;
  private final Doorman doorman;
  private final Set<Incoming> open = ConcurrentHashMap.newKeySet();
  private volatile boolean last;

  /**
   * @param many addresses behind which there are many callers
   */
  public Connections(Fence fence, Networks many) {
    this.fence = fence;
    this.doorman = new Doorman(fence, many, open);
    Http1Config config =
        Http1Config.builder()
            .maxHeadersSize(fence.headerBytes())
            .maxPrologueLength(fence.uriBytes())
            .sendKeepAliveHeader(false)
            .continueImmediately(true)
            .build();
    this.http1 = Http1ConnectionSelector.builder().config(config).upgraders(Map.of()).build();
  }

  /** What all of them are held to. */
  Fence fence() {
    return fence;
  }

  /** Who is let in. */
  Doorman doorman() {
    return doorman;
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

  /** From now on every answer says that its connection ends with it. */
  void last() {
    last = true;
  }

  /** Whether answers are the last ones on their connections. */
  public boolean isLast() {
    return last;
  }

  /**
   * Closes the connections on which nothing is under way.
   *
   * @param grace how long nothing must have been: who has just been answered may be sending the
   *     next request, which would be lost with the connection
   */
  void closeIdle(Duration grace) {
    long now = System.nanoTime();
    open.forEach(incoming -> incoming.closeIfIdle(now, grace.toNanos()));
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
    Incoming incoming = new Incoming(context.dataReader(), context.serverSocket(), fence);
    ServerConnection connection =
        http1.connection(
            new Context(
                context,
                new ChunkReader(incoming),
                new Outgoing(context.dataWriter(), incoming.patience())));
    return new Known(connection, incoming, context.remotePeer().host(), open, doorman);
  }

  /** A connection whose thread knows what comes in on it. */
  private record Known(
      ServerConnection connection,
      Incoming incoming,
      String address,
      Set<Incoming> open,
      Doorman doorman)
      implements ServerConnection {
    @Override
    public void handle(Limit limit) throws InterruptedException {
      if (!doorman.admit(incoming, address)) {
        return;
      }
      open.add(incoming);
      try {
        ScopedValue.where(INCOMING, incoming)
            .call(
                () -> {
                  connection.handle(limit);
                  return true;
                });
      } finally {
        incoming.linger();
        open.remove(incoming);
        doorman.left(incoming);
      }
    }

    @Override
    public Duration idleTime() {
      return connection.idleTime();
    }

    @Override
    public void close(boolean interrupt) {
      // Without force it goes on: its next answer says that it is the last one.
      if (interrupt) {
        connection.close(true);
      }
    }
  }

  /** A connection's context, but for where its bytes are read and written. */
  private record Context(ConnectionContext rest, DataReader dataReader, DataWriter dataWriter)
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
