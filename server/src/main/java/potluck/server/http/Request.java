package potluck.server.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import potluck.gateway.identity.Audit;
import potluck.gateway.key.Caller;
import potluck.gateway.relay.ResponseWriter;

/** A matched and authenticated request, and its response. */
public final class Request {
  private final ServerRequest in;
  private final ServerResponse out;
  private final UUID id;
  private final Surface surface;
  private final Map<String, String> values;
  private final @Nullable Caller caller;
  private final Supplier<byte[]> body;
  private final String address;
  private final String language;

  Request(
      ServerRequest in,
      ServerResponse out,
      UUID id,
      Surface surface,
      Map<String, String> values,
      @Nullable Caller caller,
      Supplier<byte[]> body,
      String address,
      String language) {
    this.in = in;
    this.out = out;
    this.id = id;
    this.surface = surface;
    this.values = values;
    this.caller = caller;
    this.body = body;
    this.address = address;
    this.language = language;
  }

  /** Its {@code x-request-id}. */
  public UUID id() {
    return id;
  }

  /** What the clients of the route expect. */
  public Surface surface() {
    return surface;
  }

  ServerResponse out() {
    return out;
  }

  /** Sets a response header. */
  public void responseHeader(String name, String value) {
    out.header(HttpHeaders.name(name), value);
  }

  /**
   * Adds a cookie to those that the response sets.
   *
   * @param cookie the value of one {@code Set-Cookie} header
   */
  public void addCookie(String cookie) {
    out.headers().add(HeaderValues.create(HeaderNames.SET_COOKIE, cookie));
  }

  /**
   * Writes the answer of a model, in pieces or complete.
   *
   * @param inFlightCall the call that it answers
   * @param keepAlive a keep-alive for a silent stream
   */
  public ResponseWriter responseWriter(InFlightCalls.InFlightCall inFlightCall, byte[] keepAlive) {
    return new HelidonResponseWriter(
        out,
        inFlightCall,
        keepAlive,
        status -> ErrorForm.status(surface, status),
        error -> ErrorForm.withDetail(surface, error, language));
  }

  /**
   * Starts a response of server-sent events.
   *
   * @param retryMillis how long a client waits before it connects again
   * @param onGone runs on another thread when the client has disconnected
   */
  public EventStream eventStream(int retryMillis, Runnable onGone) {
    return EventStream.open(this, retryMillis, onGone);
  }

  /** The client's address. */
  public String address() {
    return address;
  }

  /** The HTTP method in upper case. */
  public String method() {
    return in.prologue().method().text();
  }

  /** Whether it is a HEAD request. */
  public boolean isHeadRequest() {
    return method().equals(RequestHandler.HEAD);
  }

  /** The raw path, without the query. */
  public String path() {
    return in.path().rawPath();
  }

  /** The value of a name in the route's pattern. */
  public String value(String name) {
    @Nullable String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("the route has no {" + name + "}");
    }
    return value;
  }

  /** A number in the route's pattern; 404 if it is not a number. */
  public long number(String name) {
    String value = value(name);
    if (!value.matches("[0-9]{1,18}")) {
      throw ApiError.notFound();
    }
    return Long.parseLong(value);
  }

  /** All headers, with their original names. */
  public Map<String, String> headers() {
    Map<String, String> all = new LinkedHashMap<>();
    in.headers().forEach(header -> all.put(header.name(), header.values()));
    return all;
  }

  /** The caller's {@code Accept-Language}; if it is absent, the default language. */
  public String language() {
    return language;
  }

  /** A text in the caller's language. */
  public String localized(MessageKey key, @Nullable Object... arguments) {
    return key.text(arguments).in(language);
  }

  /**
   * The text of a failure that was thrown or stored in English, in the caller's language; unchanged
   * if it has no translation, such as a provider's own text.
   */
  public String localizedFailure(String english) {
    return LocalizedText.prefersChinese(language) ? ChineseMessages.translate(english) : english;
  }

  /** The first value of a header; null if absent. */
  public @Nullable String header(String name) {
    return in.headers().first(HttpHeaders.name(name)).orElse(null);
  }

  /** Whether a header switches something on: {@code 1} or {@code true}. */
  public boolean isHeaderOn(String header) {
    return HttpHeaders.isOn(header(header));
  }

  /** A cookie's value; null if absent. */
  public @Nullable String cookie(String name) {
    return in.headers().cookies().first(name).orElse(null);
  }

  /** Whether the browser uses HTTPS, as a proxy reports it. */
  public boolean isHttps() {
    return "https".equalsIgnoreCase(header("x-forwarded-proto"));
  }

  /** The first value of a query parameter; null if absent. */
  public @Nullable String query(String name) {
    return in.query().first(name).orElse(null);
  }

  /** The raw query; empty if absent. */
  public String rawQuery() {
    return in.query().rawValue();
  }

  /**
   * A number in the query.
   *
   * @throws ApiError 422 if it is not a number or out of range
   */
  public long query(String name, long otherwise, long min, long max) {
    @Nullable String text = query(name);
    if (text == null || text.isEmpty()) {
      return otherwise;
    }
    OptionalLong number =
        text.matches("-?[0-9]{1,18}")
            ? OptionalLong.of(Long.parseLong(text))
            : OptionalLong.empty();
    if (number.isEmpty() || number.getAsLong() < min || number.getAsLong() > max) {
      throw new ApiError(422, MessageKey.NUMBER_OUT_OF_RANGE, name, min, max);
    }
    return number.getAsLong();
  }

  /**
   * A boolean in the query; null if absent.
   *
   * @throws ApiError 422 if it is not a boolean
   */
  public @Nullable Boolean booleanQuery(String name) {
    @Nullable String text = query(name);
    return switch (text == null ? "" : text.toLowerCase(Locale.ROOT)) {
      case "" -> null;
      case "true", "1" -> true;
      case "false", "0" -> false;
      default -> throw new ApiError(422, MessageKey.NOT_TRUE_OR_FALSE, name);
    };
  }

  /** The same; false if absent. */
  public boolean isQueryOn(String name) {
    return Boolean.TRUE.equals(booleanQuery(name));
  }

  /** The caller; only on routes whose policy requires one. */
  public Caller caller() {
    if (caller == null) {
      throw new IllegalStateException("a public route has no caller");
    }
    return caller;
  }

  /** Records an action of the caller in the audit log. */
  public void audit(Audit audit, String action, String object, String details) {
    audit.record(caller().user().id(), action, object, details, address);
  }

  /**
   * The complete body, unpacked; empty if the request has no body. It is read from the connection,
   * so call this once.
   *
   * @throws potluck.dialect.model.FailureException if it is too large or invalid
   */
  public byte[] body() {
    return body.get();
  }

  /**
   * The body as JSON. The Plug-in API service ignores unknown fields, as AntiHub's does.
   *
   * @throws ApiError 422 if it does not fit the type, or has a field that the type has not
   */
  public <T> T body(Class<T> type) {
    return toJson(body(), type);
  }

  /**
   * The same for a body that may be left out: empty if the request has none.
   *
   * @throws ApiError 422 if it does not fit the type, or has a field that the type has not
   */
  public <T> Optional<T> optionalBody(Class<T> type) {
    byte[] given = body();
    return given.length == 0 ? Optional.empty() : Optional.of(toJson(given, type));
  }

  private <T> T toJson(byte[] given, Class<T> type) {
    return surface.errors() == Surface.Errors.PLUGIN_SERVICE
        ? ApiJson.readLeniently(given, type)
        : ApiJson.read(given, type);
  }

  /** Forbids caching of the response. */
  public void noStore() {
    out.header(HeaderNames.CACHE_CONTROL, "no-store");
  }

  /** Responds with 200. */
  public void json(Object value) {
    json(200, value);
  }

  /** Responds with JSON. */
  public void json(int status, Object value) {
    send(status, "application/json", ApiJson.write(value));
  }

  /** Responds with bytes. */
  public void send(int status, String contentType, byte[] body) {
    out.status(status);
    out.header(HeaderNames.CONTENT_TYPE, contentType);
    RequestHandler.sendBody(in, out, body);
  }
}
