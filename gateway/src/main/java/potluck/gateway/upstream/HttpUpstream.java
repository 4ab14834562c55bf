package potluck.gateway.upstream;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import potluck.gateway.upstream.UpstreamFailed.Kind;

/**
 * A blocking HTTP/1.1 client for virtual threads. It keeps connections alive, never follows
 * redirects, and checks every address it connects to. It sets no timers on its sockets: a {@link
 * Sweeper} closes those that wait too long. Thread-safe.
 */
public final class HttpUpstream implements Upstream {
  private static final int MAX_ORIGINS = 4096;

  private final Connector connector;
  private final Cache<OriginKey, Origin> origins =
      Caffeine.newBuilder().maximumSize(MAX_ORIGINS).build();
  private final HttpLimits limits;
  private final IdleConnections idleConnections;
  private final Sweeper sweeper;

  /** The scheme and authority of a URI, unparsed. */
  private record OriginKey(@Nullable String scheme, @Nullable String authority) {}

  /**
   * @param allowed hosts that may have private addresses or no TLS
   * @param proxy such as {@code http://user:password@proxy.example:3128}
   * @throws IllegalArgumentException if the proxy's address is invalid
   */
  public HttpUpstream(AllowedHosts allowed, Optional<URI> proxy) {
    this(
        Connector.of(InetAddress::getAllByName, allowed, proxy.map(HttpProxy::of)),
        HttpLimits.DEFAULT);
  }

  HttpUpstream(Connector connector, HttpLimits limits) {
    this.connector = connector;
    this.limits = limits;
    this.idleConnections = new IdleConnections(limits);
    this.sweeper = new Sweeper(idleConnections);
  }

  @Override
  public UpstreamResponse send(UpstreamRequest request) throws UpstreamFailed {
    Origin origin = origin(request.uri());
    byte[] head = connector.requestHead(request, origin);
    var exchange = new HttpExchange(request.timeouts(), sweeper, idleConnections);
    boolean answered = false;
    try {
      UpstreamResponse response = send(exchange, origin, head, request);
      answered = true;
      return response;
    } finally {
      if (!answered) {
        exchange.close(false);
      }
    }
  }

  /** Parsed origins are cached; there are as many as accounts have addresses. */
  private Origin origin(URI uri) throws UpstreamFailed {
    OriginKey key = new OriginKey(uri.getScheme(), uri.getRawAuthority());
    @Nullable Origin origin = origins.getIfPresent(key);
    if (origin == null) {
      origin = Origin.of(uri);
      origins.put(key, origin);
    }
    return origin;
  }

  private UpstreamResponse send(
      HttpExchange exchange, Origin origin, byte[] head, UpstreamRequest request)
      throws UpstreamFailed {
    @Nullable Connection idle = idleConnections.take(origin);
    if (idle != null) {
      try {
        exchange.borrow(idle);
        return answer(exchange, idle, head, request);
      } catch (UpstreamFailed failed) {
        // The server closed the idle connection while the request was on its way. RFC 9110,
        // section 9.2.2 allows to repeat a request that cannot have been answered: once, on a
        // new connection.
        if (failed.kind() != Kind.RESET) {
          throw failed;
        }
      }
    }
    Connection fresh = connector.open(origin, exchange.deadline());
    exchange.borrow(fresh);
    return answer(exchange, fresh, head, request);
  }

  private UpstreamResponse answer(
      HttpExchange exchange, Connection connection, byte[] head, UpstreamRequest request)
      throws UpstreamFailed {
    var reader = new ResponseHeadReader(connection, limits);
    exchange.deadline().phase(Kind.FIRST_BYTE_TIMEOUT);
    @Nullable IOException unsent = write(connection, head, request.body());
    try {
      ResponseHead responseHead = reader.read();
      if (unsent != null) {
        exchange.preventReuse();
      }
      ResponseBody body = BodyFraming.of(request.method(), responseHead, connection, limits);
      exchange.deadline().phase(Kind.IDLE_TIMEOUT);
      return new HttpUpstreamResponse(exchange, responseHead, body);
    } catch (IOException broken) {
      Kind kind = reader.hasStarted() ? Kind.TRUNCATED : Kind.RESET;
      throw exchange.deadline().explain(kind, unsent == null ? broken : unsent);
    } catch (UpstreamFailed failed) {
      throw exchange.deadline().explain(failed);
    }
  }

  /**
   * Returns the failure instead of throwing it: a server may reject a large request before reading
   * all of it, and its response is more useful.
   */
  private static @Nullable IOException write(Connection connection, byte[] head, byte[] body) {
    try {
      connection.write(head, body);
      return null;
    } catch (IOException refused) {
      return refused;
    }
  }

  @Override
  public void close() {
    idleConnections.close();
    sweeper.close();
  }
}
