package potluck.gateway.upstream;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import potluck.gateway.upstream.UpstreamFailed.Kind;

/**
 * A blocking HTTP/1.1 client for virtual threads: keeps connections, never follows a redirect,
 * decides by itself which addresses it reaches. It has no timers on its sockets: a {@link Sweeper}
 * closes what waits too long. Thread-safe.
 */
public final class HttpUpstream implements Upstream {
  private static final int MAX_ORIGINS = 4096;

  private final Connector connector;
  private final Map<OriginKey, Origin> origins = new ConcurrentHashMap<>();
  private final HttpLimits limits;
  private final IdleConnections idleConnections;
  private final Sweeper sweeper;

  /** Where a URI leads, as it is written there. */
  private record OriginKey(@Nullable String scheme, @Nullable String authority) {}

  /**
   * @param allowed hosts that may have private addresses, or speak without TLS
   * @param proxy such as {@code http://user:password@proxy.example:3128}
   * @throws IllegalArgumentException when the proxy's address is none
   */
  public HttpUpstream(AllowedHosts allowed, Optional<URI> proxy) {
    this(
        Connector.of(InetAddress::getAllByName, allowed, proxy.map(HttpProxy::of)),
        HttpLimits.DEFAULT);
  }

  HttpUpstream(Connector dialler, HttpLimits limits) {
    this.connector = dialler;
    this.limits = limits;
    this.idleConnections = new IdleConnections(limits);
    this.sweeper = new Sweeper(idleConnections);
  }

  @Override
  public UpstreamResponse send(UpstreamRequest dispatch) throws UpstreamFailed {
    Origin origin = origin(dispatch.uri());
    byte[] head = connector.requestHead(dispatch, origin);
    var exchange = new HttpExchange(dispatch.timeouts(), sweeper, idleConnections);
    boolean answered = false;
    try {
      UpstreamResponse answer = send(exchange, origin, head, dispatch);
      answered = true;
      return answer;
    } finally {
      if (!answered) exchange.close(false);
    }
  }

  /** There are as many as accounts have addresses, and each is found out once. */
  private Origin origin(URI uri) throws UpstreamFailed {
    OriginKey place = new OriginKey(uri.getScheme(), uri.getRawAuthority());
    @Nullable Origin known = origins.get(place);
    if (known == null) {
      known = Origin.of(uri);
      if (origins.size() >= MAX_ORIGINS) {
        origins.clear();
      }
      origins.put(place, known);
    }
    return known;
  }

  private UpstreamResponse send(
      HttpExchange exchange, Origin origin, byte[] head, UpstreamRequest dispatch)
      throws UpstreamFailed {
    @Nullable Connection idle = idleConnections.take(origin);
    if (idle != null) {
      try {
        exchange.borrow(idle);
        return answer(exchange, idle, head, dispatch);
      } catch (UpstreamFailed failed) {
        // The other side closed the idle connection while the request was on its way: RFC 9110,
        // section 9.2.2 lets a client repeat what cannot have been answered. Once, and afresh.
        if (failed.kind() != Kind.RESET) throw failed;
      }
    }
    Connection fresh = connector.open(origin, exchange.deadline());
    exchange.borrow(fresh);
    return answer(exchange, fresh, head, dispatch);
  }

  private UpstreamResponse answer(
      HttpExchange exchange, Connection connection, byte[] head, UpstreamRequest dispatch)
      throws UpstreamFailed {
    var reader = new ResponseHeadReader(connection, limits);
    exchange.deadline().phase(Kind.FIRST_BYTE_TIMEOUT);
    @Nullable IOException unsent = write(connection, head, dispatch.body());
    try {
      ResponseHead answer = reader.read();
      if (unsent != null) exchange.preventReuse();
      ResponseBody body = BodyFraming.of(dispatch.method(), answer, connection, limits);
      exchange.deadline().phase(Kind.IDLE_TIMEOUT);
      return new HttpUpstreamResponse(exchange, answer, body);
    } catch (IOException broken) {
      Kind kind = reader.hasStarted() ? Kind.TRUNCATED : Kind.RESET;
      throw exchange.deadline().explain(kind, unsent == null ? broken : unsent);
    } catch (UpstreamFailed failed) {
      throw exchange.deadline().explain(failed);
    }
  }

  /** A server may refuse a large request before it has read it all: its answer comes first. */
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
