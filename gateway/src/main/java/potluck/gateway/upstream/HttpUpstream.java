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
  private static final int MOST_ORIGINS = 4096;

  private final Dialler dialler;
  private final Map<Place, Origin> origins = new ConcurrentHashMap<>();
  private final Limits limits;
  private final KeepAlive kept;
  private final Sweeper sweeper;

  /** Where a URI leads, as it is written there. */
  private record Place(@Nullable String scheme, @Nullable String authority) {}

  /**
   * @param allowed hosts that may have private addresses, or speak without TLS
   * @param proxy such as {@code http://user:password@proxy.example:3128}
   * @throws IllegalArgumentException when the proxy's address is none
   */
  public HttpUpstream(AllowedHosts allowed, Optional<URI> proxy) {
    this(Dialler.of(InetAddress::getAllByName, allowed, proxy.map(Proxy::of)), Limits.DEFAULT);
  }

  HttpUpstream(Dialler dialler, Limits limits) {
    this.dialler = dialler;
    this.limits = limits;
    this.kept = new KeepAlive(limits);
    this.sweeper = new Sweeper(kept);
  }

  @Override
  public Answer send(Dispatch dispatch) throws UpstreamFailed {
    Origin origin = origin(dispatch.uri());
    byte[] head = dialler.head(dispatch, origin);
    var exchange = new Exchange(dispatch.bounds(), sweeper, kept);
    boolean answered = false;
    try {
      Answer answer = send(exchange, origin, head, dispatch);
      answered = true;
      return answer;
    } finally {
      if (!answered) exchange.close(false);
    }
  }

  /** There are as many as accounts have addresses, and each is found out once. */
  private Origin origin(URI uri) throws UpstreamFailed {
    Place place = new Place(uri.getScheme(), uri.getRawAuthority());
    @Nullable Origin known = origins.get(place);
    if (known == null) {
      known = Origin.of(uri);
      if (origins.size() >= MOST_ORIGINS) {
        origins.clear();
      }
      origins.put(place, known);
    }
    return known;
  }

  private Answer send(Exchange exchange, Origin origin, byte[] head, Dispatch dispatch)
      throws UpstreamFailed {
    @Nullable Connection idle = kept.take(origin);
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
    Connection fresh = dialler.dial(origin, exchange.watch());
    exchange.borrow(fresh);
    return answer(exchange, fresh, head, dispatch);
  }

  private Answer answer(Exchange exchange, Connection connection, byte[] head, Dispatch dispatch)
      throws UpstreamFailed {
    var reader = new HeadReader(connection, limits);
    exchange.watch().phase(Kind.FIRST_BYTE_TIMEOUT);
    @Nullable IOException unsent = write(connection, head, dispatch.body());
    try {
      AnswerHead answer = reader.read();
      if (unsent != null) exchange.spoil();
      Body body = Framing.of(dispatch.method(), answer, connection, limits);
      exchange.watch().phase(Kind.IDLE_TIMEOUT);
      return new HttpAnswer(exchange, answer, body);
    } catch (IOException broken) {
      Kind kind = reader.began() ? Kind.CUT : Kind.RESET;
      throw exchange.watch().explain(kind, unsent == null ? broken : unsent);
    } catch (UpstreamFailed failed) {
      throw exchange.watch().explain(failed);
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
    kept.close();
    sweeper.close();
  }
}
