package potluck.server.http;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
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
import potluck.dialect.DialectResponse;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Failure.Kind;
import potluck.dialect.model.FailureException;
import potluck.gateway.key.Caller;

/**
 * Handles every request: assigns its id, finds its route, authenticates the caller and calls the
 * route. All exceptions end here and become errors in the form of the route's surface. Thread-safe.
 */
public final class RequestHandler {
  private static final Logger LOG = LoggerFactory.getLogger(RequestHandler.class);

  static final String HEAD = "HEAD";
  private static final String GET = "GET";

  private final Map<String, Map<String, HttpRoute>> exactRoutes = new HashMap<>();
  private final List<HttpRoute> allRoutes;
  private final List<HttpRoute> patternRoutes;
  private final @Nullable Authenticator authenticator;
  private final boolean ready;
  private final BodyReader bodyReader;
  private final int maxHeaders;
  private final ClientAddress clientAddress;
  private final Cors cors;
  private final BooleanSupplier draining;
  private final String defaultLanguage;

  /**
   * @param authenticator null before the database is reached; only public routes may be given then
   * @param draining whether responses must close their connections
   * @param defaultLanguage {@code en} or {@code zh}, for callers that send no {@code
   *     Accept-Language}
   */
  public RequestHandler(
      List<HttpRoute> routes,
      @Nullable Authenticator authenticator,
      ServerLimits.RequestLimits limits,
      ClientAddress addresses,
      Cors cors,
      BooleanSupplier draining,
      String defaultLanguage) {
    this.draining = draining;
    this.defaultLanguage = defaultLanguage;
    this.clientAddress = addresses;
    this.cors = cors;
    this.ready = authenticator != null;
    this.authenticator = authenticator;
    this.bodyReader = new BodyReader(limits);
    this.maxHeaders = limits.maxHeaders();
    this.allRoutes = List.copyOf(routes);
    this.patternRoutes =
        routes.stream()
            .filter(route -> route.pattern().contains("{"))
            .sorted(Comparator.comparing(route -> !route.hasVerb()))
            .toList();
    for (HttpRoute route : routes) {
      if (!route.pattern().contains("{")) {
        exactRoutes
            .computeIfAbsent(route.pattern(), _ -> new HashMap<>())
            .put(route.method(), route);
      }
    }
  }

  /** All routes. */
  List<HttpRoute> routes() {
    return allRoutes;
  }

  /** Bytes of bodies in memory now. */
  long bodyBytes() {
    return bodyReader.heldBytes();
  }

  private static @Nullable String forwardedFor(ServerRequest in) {
    return in.headers().contains(HeaderNames.X_FORWARDED_FOR)
        ? String.join(",", in.headers().values(HeaderNames.X_FORWARDED_FOR))
        : null;
  }

  private record RouteMatch(HttpRoute route, Map<String, String> values) {}

  void handle(ServerRequest in, ServerResponse out) {
    UUID id = RequestIds.next();
    String path = in.path().rawPath();
    out.header(HttpHeaders.REQUEST_ID, id.toString());
    String method = in.prologue().method().text();
    @Nullable RouteMatch matched = find(method, path);
    Surface surface = matched == null ? PathSurfaces.of(path) : matched.route().surface();
    if (surface.anthropicHeaders()) {
      addAnthropicHeaders(in, out, id);
    }
    out.header(HttpHeaders.NOSNIFF, "nosniff");
    if (draining.getAsBoolean()) {
      out.header(HeaderValues.CONNECTION_CLOSE);
    }
    closeIfBodyUnread(in, out);
    @Nullable Failure rejection = Connections.currentInput().rejection();
    if (rejection != null) {
      out.header(HeaderValues.CONNECTION_CLOSE);
      sendError(in, out, surface, rejection, id);
      throw new CloseConnectionException("too many connections");
    }
    if (cors.handle(in, out)) {
      closeIfRequested(in, out);
      return;
    }
    MDC.put("request", id.toString());
    ConnectionTimeouts timeouts = Connections.currentInput().timeouts();
    timeouts.beginBody();
    try (BodyMemoryLimit.Share share = bodyReader.openShare()) {
      for (Header header : in.headers()) {
        if (header.name().isEmpty()) {
          Connections.currentInput().markUnusable();
          throw new FailureException(Kind.INVALID, "A header has no name.");
        }
      }
      if (in.headers().size() > maxHeaders) {
        throw new FailureException(
            Kind.HEADERS_TOO_LARGE,
            "There are more than "
                + maxHeaders
                + " headers; an operator can raise POTLUCK_MAX_HEADERS.");
      }
      String address = clientAddress.of(in.remotePeer().host(), forwardedFor(in));
      if (matched == null) {
        throw noRoute(method, path, out);
      }
      AccessPolicy policy = matched.route().policy();
      @Nullable Caller caller =
          authenticator == null ? null : authenticator.authenticate(policy, surface, in, address);
      Supplier<byte[]> body = () -> bodyReader.read(in, share, policy);
      matched
          .route()
          .handler()
          .handle(
              new Request(
                  in, out, id, surface, matched.values(), caller, body, address, language(in)));
    } catch (ApiError error) {
      sendError(in, out, surface, error, id);
    } catch (FailureException refused) {
      sendError(in, out, surface, refused.failure(), id);
    } catch (JdbiException e) {
      sendError(in, out, surface, DatabaseErrors.toFailure(e), id);
    } catch (CloseConnectionException e) {
      throw e;
    } catch (RuntimeException e) {
      LOG.error("{} {} failed", method, path, e);
      sendError(
          in,
          out,
          surface,
          Failure.of(
              Kind.INTERNAL, "The server failed; its log has details under request " + id + "."),
          id);
    } finally {
      timeouts.beginIdle();
      MDC.remove("request");
    }
    if (Connections.currentInput().unusable()) {
      // Helidon would continue reading, whatever the response says.
      throw new CloseConnectionException("the next request cannot be located");
    }
    closeIfRequested(in, out);
  }

  /** The request id under Anthropic's name, and the requested versions. */
  private static void addAnthropicHeaders(ServerRequest in, ServerResponse out, UUID id) {
    out.header(HttpHeaders.ANTHROPIC_REQUEST_ID, id.toString());
    out.header(
        HttpHeaders.ANTHROPIC_VERSION,
        in.headers()
            .first(HttpHeaders.ANTHROPIC_VERSION)
            .orElse(HttpHeaders.ANTHROPIC_VERSION_DEFAULT));
    in.headers()
        .first(HttpHeaders.ANTHROPIC_BETA)
        .ifPresent(beta -> out.header(HttpHeaders.ANTHROPIC_BETA, beta));
  }

  /**
   * A response before the end of a chunked body closes the connection: the rest may be malformed,
   * and a next request would be lost.
   */
  private static void closeIfBodyUnread(ServerRequest in, ServerResponse out) {
    if (in.headers().contains(HeaderNames.TRANSFER_ENCODING)) {
      out.beforeSend(
          () -> {
            if (!in.content().consumed()) {
              out.header(HeaderValues.CONNECTION_CLOSE);
              Connections.currentInput().markUnusable();
            }
          });
    }
  }

  /**
   * Helidon announces that it closes, and then waits for the next request nevertheless. It writes
   * the last chunk of a stream only after this, so the response is completed here.
   */
  private static void closeIfRequested(ServerRequest in, ServerResponse out) {
    if (!in.headers().containsToken(HeaderValues.CONNECTION_CLOSE)) {
      return;
    }
    if (!in.content().hasEntity() || in.content().consumed()) {
      Connections.currentInput().markFullyRead();
    }
    if (out instanceof RoutingResponse response) {
      response.commit();
    }
    throw new CloseConnectionException("the caller asked to close the connection");
  }

  /** The route of a request, or null. GET routes also serve HEAD. */
  private @Nullable RouteMatch find(String asked, String path) {
    String method = asked.equals(HEAD) ? GET : asked;
    @Nullable Map<String, HttpRoute> methods = exactRoutes.get(path);
    @Nullable HttpRoute exact = methods == null ? null : methods.get(method);
    if (methods != null) {
      // The path of a route is never taken for the variable of another one.
      return exact == null ? null : new RouteMatch(exact, Map.of());
    }
    List<String> segments = segments(path);
    boolean verbFound = false;
    for (HttpRoute route : patternRoutes) {
      if (verbFound && !route.hasVerb()) {
        return null;
      }
      // Routes with a verb come first, and their paths are no model names of other routes.
      if (route.method().equals(method) || route.hasVerb()) {
        Optional<Map<String, String>> values = route.match(segments);
        if (values.isPresent() && route.method().equals(method)) {
          return new RouteMatch(route, values.get());
        }
        verbFound |= values.isPresent();
      }
    }
    return null;
  }

  private static List<String> segments(String path) {
    return Arrays.asList(path.substring(1).split("/", -1));
  }

  /** NOT_FOUND, or METHOD_NOT_ALLOWED with the allowed methods, which are also in Allow. */
  private FailureException noRoute(String asked, String path, ServerResponse out) {
    @Nullable Map<String, HttpRoute> exact = exactRoutes.get(path);
    SortedSet<String> methods = new TreeSet<>(exact == null ? List.of() : exact.keySet());
    if (exact == null) {
      List<String> segments = segments(path);
      boolean verbFound = false;
      for (HttpRoute route : patternRoutes) {
        if ((route.hasVerb() || !verbFound) && route.match(segments).isPresent()) {
          methods.add(route.method());
          verbFound |= route.hasVerb();
        }
      }
    }
    if (methods.isEmpty() && !ready) {
      return new FailureException(
          Failure.of(Kind.UNAVAILABLE, "Potluck is starting: its database is not reachable yet.")
              .retryAfter(Duration.ofSeconds(2)));
    }
    if (methods.isEmpty()) {
      return new FailureException(Kind.NOT_FOUND, "Nothing exists at " + path + ".");
    }
    if (methods.contains(GET)) {
      methods.add(HEAD);
    }
    String allowed = String.join(", ", methods);
    out.header(HeaderNames.ALLOW, allowed);
    return new FailureException(
        Kind.METHOD_NOT_ALLOWED, path + " takes " + allowed + ", not " + asked + ".");
  }

  private void sendError(
      ServerRequest in, ServerResponse out, Surface surface, ApiError error, UUID id) {
    retryAfter(out, error.retryAfter());
    if (error.status() == 401) {
      out.header(HeaderNames.WWW_AUTHENTICATE, "Bearer");
    }
    send(in, out, ErrorForm.write(surface, error, id.toString(), language(in)));
  }

  private void sendError(
      ServerRequest in, ServerResponse out, Surface surface, Failure failure, UUID id) {
    if (failure.kind() == Kind.UNAUTHENTICATED) {
      out.header(HeaderNames.WWW_AUTHENTICATE, "Bearer");
    }
    retryAfter(out, failure.retryDelay());
    send(in, out, ErrorForm.write(surface, failure, id.toString(), language(in)));
  }

  private static void retryAfter(ServerResponse out, @Nullable Duration wait) {
    if (wait != null) {
      out.header(HeaderNames.RETRY_AFTER, Long.toString(DialectResponse.retryAfterSeconds(wait)));
    }
  }

  private String language(ServerRequest in) {
    return in.headers()
        .first(HeaderNames.ACCEPT_LANGUAGE)
        .filter(language -> !language.isBlank())
        .orElse(defaultLanguage);
  }

  private static void send(ServerRequest in, ServerResponse out, DialectResponse written) {
    if (out.isSent()) {
      return;
    }
    if (Connections.currentInput().unusable()) {
      out.header(HeaderValues.CONNECTION_CLOSE);
    }
    out.status(written.status());
    written.headers().forEach((name, value) -> out.header(HeaderNames.create(name), value));
    sendBody(in, out, written.body());
  }

  /** For HEAD only the length is sent; a body would be taken for the next response. */
  static void sendBody(ServerRequest in, ServerResponse out, byte[] body) {
    if (in.prologue().method().text().equals(HEAD)) {
      out.header(HeaderNames.CONTENT_LENGTH, Integer.toString(body.length));
      out.send();
    } else {
      out.send(body);
    }
  }
}
