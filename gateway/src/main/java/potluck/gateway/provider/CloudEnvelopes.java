package potluck.gateway.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import potluck.dialect.RequestScan;
import potluck.dialect.wire.Members;
import potluck.dialect.wire.Span;
import potluck.dialect.wire.Splice;
import potluck.gateway.upstream.UpstreamResponse;

/** The envelopes of clouds that serve models of other companies. Stateless. */
final class CloudEnvelopes {
  private static final String BETA = "anthropic-beta";

  /** Clouds take the version in the body. */
  private static final String VERSION = "anthropic-version";

  private CloudEnvelopes() {}

  /**
   * Gemini at Vertex AI: the same requests, without the version in the path.
   *
   * <p>Source: https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference
   */
  static final CloudEnvelope VERTEX_GEMINI =
      plain ->
          new CloudEnvelope.EnvelopeRequest(
              plain.path().replaceFirst("^/v1beta", ""), plain.headers(), plain.body());

  /**
   * Claude at Vertex AI: the model is in the path, the version in the body.
   *
   * <p>Source: https://docs.anthropic.com/en/api/claude-on-vertex-ai
   */
  static final CloudEnvelope VERTEX_CLAUDE = CloudEnvelopes::vertexClaude;

  /**
   * Claude at Bedrock: the model and the choice of a stream are in the path, version and betas in
   * the body, and streams are framed as {@code application/vnd.amazon.eventstream}.
   *
   * <p>Source:
   * https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages.html
   */
  static final CloudEnvelope BEDROCK_CLAUDE =
      new CloudEnvelope() {
        @Override
        public EnvelopeRequest wrap(EnvelopeRequest plain) {
          return bedrockClaude(plain);
        }

        @Override
        public UpstreamResponse unwrap(UpstreamResponse response) {
          @Nullable String type = response.header("content-type");
          return response.status() == 200
                  && type != null
                  && type.startsWith(AwsEventStreamDecoder.TYPE)
              ? new AwsEventStreamResponse(response)
              : response;
        }
      };

  private static CloudEnvelope.EnvelopeRequest vertexClaude(CloudEnvelope.EnvelopeRequest plain) {
    Members members = RequestScan.check(plain.body());
    String verb = members.isTrue("stream") ? ":streamRawPredict" : ":rawPredict";
    String model = String.valueOf(members.string("model"));
    if (plain.path().endsWith("/count_tokens")) {
      return new CloudEnvelope.EnvelopeRequest(
          "/models/count-tokens:rawPredict", plain.headers(), plain.body());
    }
    byte[] body = without(plain.body(), members, "model");
    return new CloudEnvelope.EnvelopeRequest(
        "/models/" + encoded(model) + verb,
        withoutVersion(plain.headers()),
        with(body, "\"anthropic_version\":\"vertex-2023-10-16\""));
  }

  private static CloudEnvelope.EnvelopeRequest bedrockClaude(CloudEnvelope.EnvelopeRequest plain) {
    Members members = RequestScan.check(plain.body());
    String verb = members.isTrue("stream") ? "/invoke-with-response-stream" : "/invoke";
    String model = String.valueOf(members.string("model"));
    byte[] body = without(plain.body(), members, "model");
    body = without(body, RequestScan.check(body), "stream");
    Map<String, String> headers = withoutVersion(plain.headers());
    @Nullable String betas = headers.remove(BETA);
    if (betas != null) {
      body = with(body, "\"anthropic_beta\":" + list(betas));
    }
    body = with(body, "\"anthropic_version\":\"bedrock-2023-05-31\"");
    return new CloudEnvelope.EnvelopeRequest("/model/" + encoded(model) + verb, headers, body);
  }

  private static Map<String, String> withoutVersion(Map<String, String> headers) {
    Map<String, String> left = new HashMap<>(headers);
    left.remove(VERSION);
    return left;
  }

  private static String list(String commas) {
    StringBuilder list = new StringBuilder("[");
    for (String each : commas.split(",")) {
      // Names of betas are plain words; anything else is left out instead of being put into JSON.
      if (each.strip().matches("[A-Za-z0-9._-]{1,100}")) {
        list.append(list.length() == 1 ? "\"" : ",\"").append(each.strip()).append('"');
      }
    }
    return list.append(']').toString();
  }

  private static String encoded(String model) {
    return URLEncoder.encode(model, UTF_8).replace("+", "%20");
  }

  private static byte[] with(byte[] body, String member) {
    Splice splice = new Splice(body);
    RequestScan.addMember(splice, body, new Span(0, body.length), member);
    return splice.bytes();
  }

  /**
   * The body without a member: from its name to the comma after it, or from the comma before it.
   */
  private static byte[] without(byte[] body, Members members, String name) {
    @Nullable Span value = members.find(name);
    if (value == null) {
      return body;
    }
    int from = value.from();
    while (body[from] != ':') {
      from--;
    }
    from = nameStart(body, from);
    int to = value.to();
    while (to < body.length && Character.isWhitespace(body[to])) {
      to++;
    }
    if (to < body.length && body[to] == ',') {
      to++;
    } else {
      int before = from - 1;
      while (before > 0 && Character.isWhitespace(body[before])) {
        before--;
      }
      from = body[before] == ',' ? before : from;
    }
    return new Splice(body).replace(new Span(from, to), "").bytes();
  }

  /** The start of the quoted name that ends before this colon. */
  private static int nameStart(byte[] body, int colon) {
    int at = colon - 1;
    while (body[at] != '"') {
      at--;
    }
    at--;
    while (body[at] != '"') {
      at--;
    }
    return at;
  }
}
