package potluck.server.http;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import potluck.dialect.Written;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Failure.Kind;
import potluck.dialect.model.Refused;
import potluck.gateway.key.Caller;

/**
 * Takes every request: names it, finds its route, finds out who asks, and hands it on. All errors
 * that are thrown end here, and are written in the words of whoever asked. Safe for use by many
 * threads.
 */
public final class Front {
  private static final Logger LOG = LoggerFactory.getLogger(Front.class);

  static final String HEAD = "HEAD";
  private static final String GET = "GET";

  private final Map<String, Map<String, Route>> fixed = new HashMap<>();
  private final List<Route> all;
  private final List<Route> patterns;
  private final @Nullable Identify identify;
  private final boolean open;
  private final Bodies bodies;
  private final int mostHeaders;
  private final ClientAddress addresses;
  private final Cors cors;
  private final BooleanSupplier draining;

  /**
   * @param identify null while nobody can be known yet: then only public routes may be given
   * @param draining whether callers are told not to send more on the same connection
   */
  public Front(
      List<Route> routes,
      @Nullable Identify identify,
      Fence fence,
      ClientAddress addresses,
      Cors cors,
      BooleanSupplier draining) {
    this.draining = draining;
    this.addresses = addresses;
    this.cors = cors;
    this.open = identify != null;
    this.identify = identify;
    this.bodies = new Bodies(fence);
    this.mostHeaders = fence.headers();
    this.all = List.copyOf(routes);
    this.patterns = routes.stream().filter(route -> route.pattern().contains("{")).toList();
    for (Route route : routes) {
      if (!route.pattern().contains("{")) {
        fixed.computeIfAbsent(route.pattern(), _ -> new HashMap<>()).put(route.method(), route);
      }
    }
  }

  /** Every route that is served. */
  List<Route> routes() {
    return all;
  }

  /** Bytes of bodies that are in memory now. */
  long bodyBytes() {
    return bodies.held();
  }

  private static @Nullable String forwarded(ServerRequest in) {
    return in.headers().contains(HeaderNames.X_FORWARDED_FOR)
        ? String.join(",", in.headers().values(HeaderNames.X_FORWARDED_FOR))
        : null;
  }

  private record Matched(Route route, Map<String, String> values) {}

  void handle(ServerRequest in, ServerResponse out) {
    UUID id = RequestIds.fresh();
    String path = in.path().rawPath();
    out.header(Headers.REQUEST_ID, id.toString());
    if (ErrorForm.anthropic(path)) {
      asAnthropicDoes(in, out, id);
    }
    out.header(Headers.NOSNIFF, "nosniff");
    if (draining.getAsBoolean()) {
      out.header(HeaderValues.CONNECTION_CLOSE);
    }
    endAfterUnread(in, out);
    @Nullable Failure turnedAway = Connections.incoming().turnedAway();
    if (turnedAway != null) {
      out.header(HeaderValues.CONNECTION_CLOSE);
      fail(in, out, path, turnedAway, id);
      throw new CloseConnectionException("one too many");
    }
    if (cors.handle(in, out)) {
      closeWhereWished(in);
      return;
    }
    MDC.put("request", id.toString());
    Patience patience = Connections.incoming().patience();
    patience.body();
    try (BodyRoom.Share share = bodies.open()) {
      for (Header header : in.headers()) {
        if (header.name().isEmpty()) {
          Connections.incoming().spoil();
          throw new Refused(Kind.INVALID, "A header has no name.");
        }
      }
      if (in.headers().size() > mostHeaders) {
        throw new Refused(
            Kind.HEADERS_TOO_LARGE,
            "There are more than "
                + mostHeaders
                + " headers; an operator can raise POTLUCK_MAX_HEADERS.");
      }
      String address = addresses.of(in.remotePeer().host(), forwarded(in));
      Matched matched = match(in.prologue().method().text(), path, out);
      @Nullable Caller caller =
          identify == null ? null : identify.caller(matched.route().policy(), in, address);
      Supplier<byte[]> body = () -> bodies.read(in, share, matched.route().policy());
      matched
          .route()
          .handler()
          .handle(new Request(in, out, id, matched.values(), caller, body, address));
    } catch (ApiError error) {
      fail(in, out, path, error, id);
    } catch (Refused refused) {
      fail(in, out, path, refused.failure(), id);
    } catch (JdbiException e) {
      fail(in, out, path, DatabaseFault.of(e), id);
    } catch (CloseConnectionException e) {
      throw e;
    } catch (RuntimeException e) {
      LOG.error("{} {} failed", in.prologue().method().text(), path, e);
      fail(
          in,
          out,
          path,
          Failure.of(
              Kind.INTERNAL, "The server failed; its log has more under request " + id + "."),
          id);
    } finally {
      patience.idle();
      MDC.remove("request");
    }
    if (Connections.incoming().spoilt()) {
      // Helidon would go on to read, whatever the answer said.
      throw new CloseConnectionException("what comes next cannot be told");
    }
    closeWhereWished(in);
  }

  /** The request's name as Anthropic's clients know it, and the versions that they asked for. */
  private static void asAnthropicDoes(ServerRequest in, ServerResponse out, UUID id) {
    out.header(Headers.ANTHROPIC_REQUEST_ID, id.toString());
    out.header(
        Headers.ANTHROPIC_VERSION,
        in.headers().first(Headers.ANTHROPIC_VERSION).orElse(Headers.ANTHROPIC_VERSION_USUAL));
    in.headers()
        .first(Headers.ANTHROPIC_BETA)
        .ifPresent(beta -> out.header(Headers.ANTHROPIC_BETA, beta));
  }

  /**
   * An answer that does not wait for the end of a chunked body says that it is the last one: the
   * rest may turn out to be no proper body, and whoever sent the next request meanwhile would find
   * the connection closed under it.
   */
  private static void endAfterUnread(ServerRequest in, ServerResponse out) {
    if (in.headers().contains(HeaderNames.TRANSFER_ENCODING)) {
      out.beforeSend(
          () -> {
            if (!in.content().consumed()) {
              out.header(HeaderValues.CONNECTION_CLOSE);
              Connections.incoming().spoil();
            }
          });
    }
  }

  /** Helidon says that it closes, too, and then waits for the next request all the same. */
  private static void closeWhereWished(ServerRequest in) {
    if (!in.headers().containsToken(HeaderValues.CONNECTION_CLOSE)) {
      return;
    }
    if (!in.content().hasEntity() || in.content().consumed()) {
      Connections.incoming().part();
    }
    throw new CloseConnectionException("the caller wanted one answer only");
  }

  /**
   * @throws Refused (METHOD_NOT_ALLOWED) with those that are, in {@code Allow} too, (NOT_FOUND)
   */
  private Matched match(String asked, String path, ServerResponse out) {
    // Whoever wants the head only is given the head of what GET gives.
    String method = asked.equals(HEAD) ? GET : asked;
    @Nullable Map<String, Route> verbs = fixed.get(path);
    if (verbs != null) {
      @Nullable Route route = verbs.get(method);
      if (route != null) {
        return new Matched(route, Map.of());
      }
    }
    SortedSet<String> others = new TreeSet<>(verbs == null ? List.of() : verbs.keySet());
    List<String> segments = Arrays.asList(path.substring(1).split("/", -1));
    for (Route route : patterns) {
      Optional<Map<String, String>> values = route.match(segments);
      if (values.isPresent() && route.method().equals(method)) {
        return new Matched(route, values.get());
      }
      values.ifPresent(_ -> others.add(route.method()));
    }
    if (others.isEmpty() && !open) {
      throw new Refused(
          Failure.of(Kind.UNAVAILABLE, "Potluck is starting: its database is not reached yet.")
              .retryAfter(Duration.ofSeconds(2)));
    }
    if (others.isEmpty()) {
      throw new Refused(Kind.NOT_FOUND, "There is nothing at " + path + ".");
    }
    if (others.contains(GET)) {
      others.add(HEAD);
    }
    String allowed = String.join(", ", others);
    out.header(HeaderNames.ALLOW, allowed);
    throw new Refused(Kind.METHOD_NOT_ALLOWED, path + " takes " + allowed + ", not " + asked + ".");
  }

  private static void fail(
      ServerRequest in, ServerResponse out, String path, ApiError error, UUID id) {
    retryAfter(out, error.retryAfter());
    if (error.status() == 401) {
      out.header(HeaderNames.WWW_AUTHENTICATE, "Bearer");
    }
    send(in, out, ErrorForm.write(path, error, id.toString(), language(in)));
  }

  private static void fail(
      ServerRequest in, ServerResponse out, String path, Failure failure, UUID id) {
    if (failure.kind() == Kind.UNAUTHENTICATED) {
      out.header(HeaderNames.WWW_AUTHENTICATE, "Bearer");
    }
    retryAfter(out, failure.comeAgain());
    send(in, out, ErrorForm.write(path, failure, id.toString(), language(in)));
  }

  private static void retryAfter(ServerResponse out, @Nullable Duration wait) {
    if (wait != null) {
      out.header(HeaderNames.RETRY_AFTER, Long.toString(Written.seconds(wait)));
    }
  }

  private static @Nullable String language(ServerRequest in) {
    return in.headers().first(HeaderNames.ACCEPT_LANGUAGE).orElse(null);
  }

  private static void send(ServerRequest in, ServerResponse out, Written written) {
    if (out.isSent()) {
      return;
    }
    if (Connections.incoming().spoilt()) {
      out.header(HeaderValues.CONNECTION_CLOSE);
    }
    out.status(written.status());
    written.headers().forEach((name, value) -> out.header(HeaderNames.create(name), value));
    body(in, out, written.body());
  }

  /** Nothing but the length where only the head was asked for: more would be the next answer. */
  static void body(ServerRequest in, ServerResponse out, byte[] body) {
    if (in.prologue().method().text().equals(HEAD)) {
      out.header(HeaderNames.CONTENT_LENGTH, Integer.toString(body.length));
      out.send();
    } else {
      out.send(body);
    }
  }
}
