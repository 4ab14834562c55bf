package potluck.server.api.account;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Fake Amazon Bedrock and Vertex AI on a loopback port. It verifies signatures and JWT assertions,
 * rejects members that the real services reject, such as {@code model}, and sends Bedrock's streams
 * as AWS event stream frames in pieces of 7 bytes. Safe for use by many threads.
 */
final class FakeCloud implements AutoCloseable {
  static final String ACCESS = "AKIAIOSFODNN7EXAMPLE";
  static final String SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
  static final String BEARER = "ABSK-a-key-of-bedrocks";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ANSWER =
      "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"claude\","
          + "\"content\":[{\"type\":\"text\",\"text\":\"Hello from a cloud\"}],"
          + "\"stop_reason\":\"end_turn\",\"stop_sequence\":null,"
          + "\"usage\":{\"input_tokens\":11,\"output_tokens\":5}}";
  private static final List<String> EVENTS =
      List.of(
          "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\","
              + "\"role\":\"assistant\",\"model\":\"claude\",\"content\":[],\"stop_reason\":null,"
              + "\"stop_sequence\":null,\"usage\":{\"input_tokens\":11,\"output_tokens\":1}}}",
          "{\"type\":\"content_block_start\",\"index\":0,"
              + "\"content_block\":{\"type\":\"text\",\"text\":\"\"}}",
          "{\"type\":\"content_block_delta\",\"index\":0,"
              + "\"delta\":{\"type\":\"text_delta\",\"text\":\"Hello from\"}}",
          "{\"type\":\"content_block_delta\",\"index\":0,"
              + "\"delta\":{\"type\":\"text_delta\",\"text\":\" a cloud\"}}",
          "{\"type\":\"content_block_stop\",\"index\":0}",
          "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\","
              + "\"stop_sequence\":null},\"usage\":{\"output_tokens\":5}}",
          "{\"type\":\"message_stop\",\"amazon-bedrock-invocationMetrics\":"
              + "{\"inputTokenCount\":11,\"outputTokenCount\":5}}");

  private final HttpServer server;
  private final KeyPair keys;
  private final List<JsonNode> bodies = new CopyOnWriteArrayList<>();
  private final List<String> paths = new CopyOnWriteArrayList<>();
  private final AtomicInteger tokens = new AtomicInteger();
  private volatile @Nullable String exception;

  FakeCloud() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      keys = generator.generateKeyPair();
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
    server.createContext("/token", this::token);
    server.createContext("/model/", this::bedrock);
    server.createContext("/v1/projects/", this::vertex);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  List<JsonNode> bodies() {
    return bodies;
  }

  List<String> paths() {
    return paths;
  }

  /** Number of requests for an access token. */
  int tokens() {
    return tokens.get();
  }

  /** Makes the next Bedrock stream end with this exception after three events. */
  void failStreamWith(String type) {
    exception = type;
  }

  String keyFile() {
    String pem =
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(keys.getPrivate().getEncoded())
            + "\n-----END PRIVATE KEY-----\n";
    return JSON.createObjectNode()
        .put("type", "service_account")
        .put("client_email", "potluck@project.iam.gserviceaccount.com")
        .put("private_key_id", "k1")
        .put("private_key", pem)
        .put("token_uri", url() + "/token")
        .toString();
  }

  private void token(HttpExchange exchange) throws IOException {
    String form = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    try {
      SignedJWT assertion =
          SignedJWT.parse(form.replaceAll(".*assertion=", "").replaceAll("&.*", ""));
      boolean valid =
          form.contains("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer")
              && assertion.verify(new RSASSAVerifier((RSAPublicKey) keys.getPublic()))
              && assertion.getJWTClaimsSet().getAudience().contains(url() + "/token")
              && String.valueOf(assertion.getJWTClaimsSet().getClaim("scope"))
                  .endsWith("/auth/cloud-platform");
      int count = tokens.incrementAndGet();
      answer(
          exchange,
          valid ? 200 : 400,
          valid
              ? "{\"access_token\":\"ya29."
                  + count
                  + "\",\"expires_in\":3600,\"token_type\":\"Bearer\"}"
              : "{\"error\":\"invalid_grant\"}");
    } catch (java.text.ParseException | com.nimbusds.jose.JOSEException e) {
      answer(exchange, 400, "{\"error\":\"invalid_request\"}");
    }
  }

  private void vertex(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getRawPath();
    byte[] raw = exchange.getRequestBody().readAllBytes();
    JsonNode body = JSON.readTree(raw);
    String bearer = String.valueOf(exchange.getRequestHeaders().getFirst("authorization"));
    if (!bearer.startsWith("Bearer ya29.")) {
      answer(
          exchange,
          401,
          "{\"error\":{\"code\":401,\"message\":\"no\",\"status\":\"UNAUTHENTICATED\"}}");
      return;
    }
    paths.add(path);
    bodies.add(body);
    if (path.endsWith(":generateContent")) {
      answer(
          exchange,
          200,
          "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"Hello from a cloud\"}]},"
              + "\"finishReason\":\"STOP\",\"index\":0}],\"usageMetadata\":{\"promptTokenCount\":11,"
              + "\"candidatesTokenCount\":5,\"totalTokenCount\":16}}");
      return;
    }
    boolean stream = path.endsWith(":streamRawPredict");
    boolean valid =
        (stream || path.endsWith(":rawPredict"))
            && !body.has("model")
            && body.path("anthropic_version").asText().equals("vertex-2023-10-16")
            && body.path("stream").asBoolean() == stream;
    if (!valid) {
      answer(
          exchange,
          400,
          "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"extra inputs\"}}");
    } else if (!stream) {
      answer(exchange, 200, ANSWER);
    } else {
      exchange.getResponseHeaders().add("content-type", "text/event-stream");
      exchange.sendResponseHeaders(200, 0);
      try (OutputStream out = exchange.getResponseBody()) {
        for (String event : EVENTS) {
          out.write(
              ("event: " + JSON.readTree(event).path("type").asText() + "\ndata: " + event + "\n\n")
                  .getBytes(UTF_8));
        }
      }
    }
  }

  private void bedrock(HttpExchange exchange) throws IOException {
    byte[] raw = exchange.getRequestBody().readAllBytes();
    String path = exchange.getRequestURI().getRawPath();
    if (!authorised(exchange, path, raw)) {
      exchange.getResponseHeaders().add("x-amzn-errortype", "InvalidSignatureException");
      answer(exchange, 403, "{\"message\":\"The request signature we calculated does not match\"}");
      return;
    }
    JsonNode body = JSON.readTree(raw);
    paths.add(path);
    bodies.add(body);
    boolean valid =
        !body.has("model")
            && !body.has("stream")
            && body.path("anthropic_version").asText().equals("bedrock-2023-05-31")
            && body.path("max_tokens").isInt();
    if (!valid) {
      answer(exchange, 400, "{\"message\":\"Malformed input request: extraneous key\"}");
    } else if (path.endsWith("/invoke")) {
      answer(exchange, 200, ANSWER);
    } else {
      stream(exchange);
    }
  }

  private void stream(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().add("content-type", "application/vnd.amazon.eventstream");
    exchange.sendResponseHeaders(200, 0);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    int left = exception == null ? EVENTS.size() : 3;
    for (String event : EVENTS.subList(0, left)) {
      String bytes = Base64.getEncoder().encodeToString(event.getBytes(UTF_8));
      all.writeBytes(
          frame(
              Map.of(":message-type", "event", ":event-type", "chunk"),
              "{\"bytes\":\"" + bytes + "\",\"p\":\"abcd\"}"));
    }
    if (exception != null) {
      all.writeBytes(
          frame(
              Map.of(":message-type", "exception", ":exception-type", String.valueOf(exception)),
              "{\"message\":\"Too many tokens\"}"));
      exception = null;
    }
    byte[] bytes = all.toByteArray();
    try (OutputStream out = exchange.getResponseBody()) {
      for (int at = 0; at < bytes.length; at += 7) {
        out.write(bytes, at, Math.min(7, bytes.length - at));
        out.flush();
      }
    }
  }

  private static byte[] frame(Map<String, String> headers, String payload) {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    headers.forEach(
        (name, value) -> {
          head.write(name.length());
          head.writeBytes(name.getBytes(UTF_8));
          head.write(7);
          head.writeBytes(ByteBuffer.allocate(2).putShort((short) value.length()).array());
          head.writeBytes(value.getBytes(UTF_8));
        });
    byte[] body = payload.getBytes(UTF_8);
    int total = 16 + head.size() + body.length;
    ByteBuffer frame = ByteBuffer.allocate(total).putInt(total).putInt(head.size());
    frame.putInt(crc(frame.array(), 8)).put(head.toByteArray()).put(body);
    frame.putInt(crc(frame.array(), total - 4));
    return frame.array();
  }

  private static int crc(byte[] bytes, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  /** Whether the request has the API key or a correct AWS Signature Version 4. */
  private static boolean authorised(HttpExchange exchange, String path, byte[] body) {
    String given = String.valueOf(exchange.getRequestHeaders().getFirst("authorization"));
    if (given.equals("Bearer " + BEARER)) {
      return true;
    }
    String date = String.valueOf(exchange.getRequestHeaders().getFirst("x-amz-date"));
    String host = String.valueOf(exchange.getRequestHeaders().getFirst("host"));
    String twice =
        Arrays.stream(path.split("/", -1))
            .map(part -> part.replace("%", "%25").replace(":", "%3A"))
            .collect(Collectors.joining("/"));
    String canonical =
        "POST\n"
            + twice
            + "\n\nhost:"
            + host
            + "\nx-amz-date:"
            + date
            + "\n\nhost;x-amz-date\n"
            + hex(sha256(body));
    String scope = date.substring(0, 8) + "/us-east-1/bedrock/aws4_request";
    String text =
        "AWS4-HMAC-SHA256\n" + date + "\n" + scope + "\n" + hex(sha256(canonical.getBytes(UTF_8)));
    byte[] key = ("AWS4" + SECRET).getBytes(UTF_8);
    for (String part : scope.split("/")) {
      key = hmac(key, part);
    }
    return given.equals(
        "AWS4-HMAC-SHA256 Credential="
            + ACCESS
            + "/"
            + scope
            + ", SignedHeaders=host;x-amz-date, Signature="
            + hex(hmac(key, text)));
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(UTF_8));
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.getResponseHeaders().add("content-type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
