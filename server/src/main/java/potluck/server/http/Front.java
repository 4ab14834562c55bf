package potluck.server.http;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
final class Front {
  private static final Logger LOG = LoggerFactory.getLogger(Front.class);

  /** What PostgreSQL calls characters that it cannot hold, or cannot translate. */
  private static final Set<String> NO_TEXT = Set.of("22021", "22P05");

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
  Front(
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
    out.header(Headers.NOSNIFF, "nosniff");
    if (draining.getAsBoolean()) {
      out.header(HeaderValues.CONNECTION_CLOSE);
    }
    @Nullable Failure turnedAway = Connections.incoming().turnedAway();
    if (turnedAway != null) {
      out.header(HeaderValues.CONNECTION_CLOSE);
      fail(out, path, turnedAway, id);
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
      Matched matched = match(in.prologue().method().text(), path);
      @Nullable Caller caller =
          identify == null ? null : identify.caller(matched.route().policy(), in, address);
      Supplier<byte[]> body = () -> bodies.read(in, share, matched.route().policy());
      matched
          .route()
          .handler()
          .handle(new Request(in, out, id, matched.values(), caller, body, address));
    } catch (ApiError error) {
      fail(out, path, error, in.headers().first(HeaderNames.ACCEPT_LANGUAGE).orElse(null));
    } catch (Refused refused) {
      fail(out, path, refused.failure(), id);
    } catch (JdbiException e) {
      fail(out, path, ofDatabase(e), id);
    } catch (CloseConnectionException e) {
      throw e;
    } catch (RuntimeException e) {
      LOG.error("{} {} failed", in.prologue().method().text(), path, e);
      fail(
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

  /** Helidon says {@code Connection: close} to whoever said it, and then waits for more. */
  private static void closeWhereWished(ServerRequest in) {
    boolean wished =
        in.headers().contains(HeaderNames.CONNECTION)
            && in.headers().values(HeaderNames.CONNECTION).stream()
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .anyMatch(word -> word.strip().equalsIgnoreCase("close"));
    if (!wished) {
      return;
    }
    if (!in.content().hasEntity() || in.content().consumed()) {
      Connections.incoming().nothingFollows();
    }
    throw new CloseConnectionException("the caller wished so");
  }

  private static Failure ofDatabase(JdbiException e) {
    for (@Nullable Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql
          && NO_TEXT.contains(String.valueOf(sql.getSQLState()))) {
        return Failure.of(
            Kind.INVALID, "A text holds a character that cannot be kept, such as NUL.");
      }
    }
    LOG.warn("the database did not answer: {}", e.getMessage());
    return Failure.of(Kind.UNAVAILABLE, "The database is away; try again soon.")
        .retryAfter(Duration.ofSeconds(2));
  }

  private Matched match(String method, String path) {
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
    throw new Refused(
        Kind.METHOD_NOT_ALLOWED,
        path + " takes " + String.join(", ", others) + ", not " + method + ".");
  }

  private static void fail(
      ServerResponse out, String path, ApiError error, @Nullable String language) {
    if (error.retryAfter() != null) {
      out.header(
          HeaderNames.RETRY_AFTER, Long.toString(Math.max(1, error.retryAfter().toSeconds())));
    }
    if (error.status() == 401) {
      out.header(HeaderNames.WWW_AUTHENTICATE, "Bearer");
    }
    send(out, ErrorForm.plain(path, error.status(), error.text().in(language)));
  }

  private static void fail(ServerResponse out, String path, Failure failure, UUID id) {
    if (failure.kind() == Kind.UNAUTHENTICATED) {
      out.header(HeaderNames.WWW_AUTHENTICATE, "Bearer");
    }
    if (failure.retryAfter() != null) {
      out.header(
          HeaderNames.RETRY_AFTER, Long.toString(Math.max(1, failure.retryAfter().toSeconds())));
    }
    send(out, ErrorForm.write(path, failure, id.toString()));
  }

  private static void send(ServerResponse out, Written written) {
    if (out.isSent()) {
      return;
    }
    if (Connections.incoming().spoilt()) {
      out.header(HeaderValues.CONNECTION_CLOSE);
    }
    out.status(written.status());
    written.headers().forEach((name, value) -> out.header(HeaderNames.create(name), value));
    out.send(written.body());
  }
}
