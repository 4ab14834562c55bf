package potluck.server.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import potluck.gateway.identity.Audit;
import potluck.gateway.key.Caller;

/** A request that has been matched and whose caller is known, and the means to answer it. */
public final class Request {
  private final ServerRequest in;
  private final ServerResponse out;
  private final UUID id;
  private final Map<String, String> values;
  private final @Nullable Caller caller;
  private final Supplier<byte[]> body;
  private final String address;

  Request(
      ServerRequest in,
      ServerResponse out,
      UUID id,
      Map<String, String> values,
      @Nullable Caller caller,
      Supplier<byte[]> body,
      String address) {
    this.in = in;
    this.out = out;
    this.id = id;
    this.values = values;
    this.caller = caller;
    this.body = body;
    this.address = address;
  }

  UUID id() {
    return id;
  }

  ServerResponse out() {
    return out;
  }

  /** Where the caller's connection comes from. */
  String address() {
    return address;
  }

  String method() {
    return in.prologue().method().text();
  }

  /** Whether the caller wants the head of the answer only. */
  boolean headOnly() {
    return method().equals(Front.HEAD);
  }

  String path() {
    return in.path().rawPath();
  }

  /** The value of a name in the route's pattern. */
  String value(String name) {
    @Nullable String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("the route has no {" + name + "}");
    }
    return value;
  }

  /** The value of a number in the route's pattern; what is no number names nothing: 404. */
  long number(String name) {
    String value = value(name);
    if (!value.matches("[0-9]{1,18}")) {
      throw ApiError.notFound();
    }
    return Long.parseLong(value);
  }

  /** All headers, with their names as they came. */
  Map<String, String> headers() {
    Map<String, String> all = new LinkedHashMap<>();
    in.headers().forEach(header -> all.put(header.name(), header.values()));
    return all;
  }

  /** Words of ours, in the language that the caller reads. */
  String said(String zh, String en) {
    return new Text(zh, en).in(header("accept-language"));
  }

  @Nullable String header(String name) {
    return in.headers().first(Headers.name(name)).orElse(null);
  }

  /** A cookie's value; null where there is none. */
  @Nullable String cookie(String name) {
    return in.headers().cookies().first(name).orElse(null);
  }

  /** Whether the browser's own connection is encrypted, as far as a proxy says. */
  boolean secure() {
    return "https".equalsIgnoreCase(header("x-forwarded-proto"));
  }

  @Nullable String query(String name) {
    return in.query().first(name).orElse(null);
  }

  /** All that stands behind the question mark, as it came; empty where there is none. */
  String rawQuery() {
    return in.query().rawValue();
  }

  /**
   * A number in the query.
   *
   * @throws ApiError 422 where it is none, or out of its bounds
   */
  long query(String name, long otherwise, long least, long most) {
    @Nullable String text = query(name);
    if (text == null || text.isEmpty()) {
      return otherwise;
    }
    OptionalLong number =
        text.matches("-?[0-9]{1,18}")
            ? OptionalLong.of(Long.parseLong(text))
            : OptionalLong.empty();
    if (number.isEmpty() || number.getAsLong() < least || number.getAsLong() > most) {
      throw new ApiError(
          422,
          name + " 必须在 " + least + " 到 " + most + " 之间",
          name + " must be a number from " + least + " to " + most + ".");
    }
    return number.getAsLong();
  }

  /**
   * A yes or no in the query; null where it is not there.
   *
   * @throws ApiError 422 where it is neither
   */
  @Nullable Boolean truth(String name) {
    @Nullable String text = query(name);
    return switch (text == null ? "" : text.toLowerCase(Locale.ROOT)) {
      case "" -> null;
      case "true", "1" -> true;
      case "false", "0" -> false;
      default ->
          throw new ApiError(422, name + " 必须是 true 或 false", name + " must be true or false.");
    };
  }

  /** The same, where what is not there is a no. */
  boolean on(String name) {
    return Boolean.TRUE.equals(truth(name));
  }

  /** Who asks; only on routes whose policy asks for one. */
  Caller caller() {
    if (caller == null) {
      throw new IllegalStateException("a public route has no caller");
    }
    return caller;
  }

  /** Writes into the audit what the caller did. */
  void audited(Audit audit, String action, String object, String details) {
    audit.record(caller().user().id(), action, object, details, address);
  }

  byte[] body() {
    return body.get();
  }

  <T> T body(Class<T> type) {
    return Json.read(body(), type);
  }

  /** Forbids that the answer is kept anywhere on its way. */
  void noStore() {
    out.header(HeaderNames.CACHE_CONTROL, "no-store");
  }

  void json(Object value) {
    json(200, value);
  }

  void json(int status, Object value) {
    send(status, "application/json", Json.write(value));
  }

  void send(int status, String contentType, byte[] body) {
    out.status(status);
    out.header(HeaderNames.CONTENT_TYPE, contentType);
    Front.body(in, out, body);
  }
}
