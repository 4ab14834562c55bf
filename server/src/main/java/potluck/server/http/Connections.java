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
import potluck.gateway.key.CidrRanges;

/**
 * HTTP/1.1 by Helidon, with input through {@link ConnectionInput}: only there can a disconnect be
 * noticed while an upstream is silent. Thread-safe.
 */
public final class Connections implements ServerConnectionSelector {
  private static final ScopedValue<ConnectionInput> CURRENT_INPUT = ScopedValue.newInstance();

  private final Http1ConnectionSelector http1;
  private final ServerLimits limits;
  private final ConnectionLimiter limiter;
  private final Set<ConnectionInput> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closeAfterResponse;

  /**
   * @param many addresses without a limit per address
   */
  public Connections(ServerLimits limits, CidrRanges many) {
    this.limits = limits;
    this.limiter = new ConnectionLimiter(limits.connections(), many, open);
    Http1Config config =
        Http1Config.builder()
            .maxHeadersSize(limits.requests().maxHeaderBytes())
            .maxPrologueLength(limits.requests().maxUriBytes())
            .sendKeepAliveHeader(false)
            .continueImmediately(true)
            .build();
    this.http1 = Http1ConnectionSelector.builder().config(config).upgraders(Map.of()).build();
  }

  /** The limits of connections and requests. */
  ServerLimits limits() {
    return limits;
  }

  /** Decides which connections stay. */
  ConnectionLimiter limiter() {
    return limiter;
  }

  /** The input of the connection that this thread serves. */
  static ConnectionInput currentInput() {
    return CURRENT_INPUT.get();
  }

  /** Closes the connections whose timeout has passed. */
  void closeOverdue() {
    long now = System.nanoTime();
    open.forEach(input -> input.closeIfOverdue(now));
  }

  /** From now on, every answer closes its connection. */
  void closeAfterResponse() {
    closeAfterResponse = true;
  }

  /** Whether every answer closes its connection. */
  public boolean isClosingAfterResponse() {
    return closeAfterResponse;
  }

  /**
   * Closes idle connections.
   *
   * @param grace they must have been idle so long: a caller that has just been answered may be
   *     sending its next request
   */
  void closeIdle(Duration grace) {
    long now = System.nanoTime();
    open.forEach(input -> input.closeIfIdle(now, grace.toNanos()));
  }

  /** Closes all connections at once. */
  void closeAll() {
    open.forEach(ConnectionInput::close);
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
    ConnectionInput input =
        new ConnectionInput(context.dataReader(), context.serverSocket(), limits.connections());
    ServerConnection connection =
        http1.connection(
            new InterceptedContext(
                context,
                new ChunkedBodyReader(input),
                new ConnectionOutput(context.dataWriter(), input.timeouts())));
    return new TrackedConnection(connection, input, context.remotePeer().host(), open, limiter);
  }

  /** A connection whose thread knows its input. */
  private record TrackedConnection(
      ServerConnection connection,
      ConnectionInput input,
      String address,
      Set<ConnectionInput> open,
      ConnectionLimiter limiter)
      implements ServerConnection {
    @Override
    public void handle(Limit limit) throws InterruptedException {
      if (!limiter.admit(input, address)) {
        return;
      }
      open.add(input);
      try {
        ScopedValue.where(CURRENT_INPUT, input)
            .call(
                () -> {
                  connection.handle(limit);
                  return true;
                });
      } finally {
        input.drainBeforeClose();
        open.remove(input);
        limiter.connectionClosed(input);
      }
    }

    @Override
    public Duration idleTime() {
      return connection.idleTime();
    }

    @Override
    public void close(boolean interrupt) {
      // Without force it continues; its next answer is the last one.
      if (interrupt) {
        connection.close(true);
      }
    }
  }

  /** A connection's context with other input and output. */
  private record InterceptedContext(
      ConnectionContext delegate, DataReader dataReader, DataWriter dataWriter)
      implements ConnectionContext {
    @Override
    public ListenerContext listenerContext() {
      return delegate.listenerContext();
    }

    @Override
    public ExecutorService executor() {
      return delegate.executor();
    }

    @Override
    public Router router() {
      return delegate.router();
    }

    @Override
    public Optional<ProxyProtocolData> proxyProtocolData() {
      return delegate.proxyProtocolData();
    }

    @Override
    public HelidonSocket serverSocket() {
      return delegate.serverSocket();
    }

    @Override
    public PeerInfo remotePeer() {
      return delegate.remotePeer();
    }

    @Override
    public PeerInfo localPeer() {
      return delegate.localPeer();
    }

    @Override
    public boolean isSecure() {
      return delegate.isSecure();
    }

    @Override
    public String socketId() {
      return delegate.socketId();
    }

    @Override
    public String childSocketId() {
      return delegate.childSocketId();
    }
  }
}
