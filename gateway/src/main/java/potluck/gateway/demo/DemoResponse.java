package potluck.gateway.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import potluck.gateway.upstream.UpstreamFailed;
import potluck.gateway.upstream.UpstreamResponse;

/**
 * A response of the demo model: pieces that are read one by one, with a pause between two pieces.
 * Used by one thread, except for {@link #abort}.
 */
final class DemoResponse implements UpstreamResponse {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final int status;
  private final String contentType;
  private final List<byte[]> pieces;
  private final Duration pause;
  private int next;
  private int offset;
  private volatile boolean aborted;

  private DemoResponse(int status, String contentType, List<byte[]> pieces, Duration pause) {
    this.status = status;
    this.contentType = contentType;
    this.pieces = pieces;
    this.pause = pause;
  }

  static DemoResponse answering(JsonNode request, Duration pause) {
    List<String> words = DemoTokenizer.split(DemoTokenizer.answer(request.path("messages")));
    int maxBytes =
        request.path("max_completion_tokens").asInt(request.path("max_tokens").asInt(words.size()));
    boolean cut = maxBytes > 0 && maxBytes < words.size();
    List<String> said = cut ? words.subList(0, maxBytes) : words;
    String finish = cut ? "length" : "stop";
    ObjectNode usage = JSON.createObjectNode();
    int prompt = DemoTokenizer.count(request.path("messages"));
    usage.put("prompt_tokens", prompt);
    usage.put("completion_tokens", said.size());
    usage.put("total_tokens", prompt + said.size());
    String id = "chatcmpl-demo" + Integer.toHexString(request.hashCode());
    return request.path("stream").asBoolean()
        ? stream(request, id, said, finish, usage, pause)
        : complete(request, id, said, finish, usage);
  }

  static DemoResponse badRequest(String why) {
    ObjectNode body = JSON.createObjectNode();
    body.putObject("error")
        .put("message", why)
        .put("type", "invalid_request_error")
        .putNull("param")
        .putNull("code");
    return new DemoResponse(400, "application/json", List.of(bytes(body)), Duration.ZERO);
  }

  private static DemoResponse complete(
      JsonNode request, String id, List<String> words, String finish, ObjectNode usage) {
    ObjectNode body = head(request, id, "chat.completion");
    ObjectNode choice = body.putArray("choices").addObject().put("index", 0);
    choice
        .putObject("message")
        .put("role", "assistant")
        .put("content", String.join("", words))
        .putNull("refusal");
    choice.putNull("logprobs").put("finish_reason", finish);
    body.set("usage", usage);
    return new DemoResponse(200, "application/json", List.of(bytes(body)), Duration.ZERO);
  }

  private static DemoResponse stream(
      JsonNode request,
      String id,
      List<String> words,
      String finish,
      ObjectNode usage,
      Duration pause) {
    List<byte[]> frames = new ArrayList<>();
    ObjectNode first = JSON.createObjectNode().put("role", "assistant").put("content", "");
    frames.add(frame(chunk(request, id, first, null)));
    for (String word : words) {
      frames.add(frame(chunk(request, id, JSON.createObjectNode().put("content", word), null)));
    }
    ByteArrayOutputStream last = new ByteArrayOutputStream();
    last.writeBytes(frame(chunk(request, id, JSON.createObjectNode(), finish)));
    if (request.path("stream_options").path("include_usage").asBoolean()) {
      ObjectNode counted = head(request, id, "chat.completion.chunk");
      counted.putArray("choices");
      counted.set("usage", usage);
      last.writeBytes(frame(counted));
    }
    last.writeBytes("data: [DONE]\n\n".getBytes(StandardCharsets.UTF_8));
    frames.add(last.toByteArray());
    return new DemoResponse(200, "text/event-stream", frames, pause);
  }

  private static ObjectNode chunk(
      JsonNode request, String id, ObjectNode delta, @Nullable String finish) {
    ObjectNode chunk = head(request, id, "chat.completion.chunk");
    ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
    choice.set("delta", delta);
    choice.put("finish_reason", finish);
    return chunk;
  }

  private static ObjectNode head(JsonNode request, String id, String object) {
    return JSON.createObjectNode()
        .put("id", id)
        .put("object", object)
        .put("created", 1_767_225_600)
        .put("model", request.path("model").asText());
  }

  private static byte[] frame(ObjectNode chunk) {
    return ("data: " + chunk + "\n\n").getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] bytes(ObjectNode body) {
    return body.toString().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public int status() {
    return status;
  }

  @Override
  public @Nullable String header(String lowerCaseName) {
    return lowerCaseName.equals("content-type") ? contentType : null;
  }

  @Override
  public List<Map.Entry<String, String>> headers() {
    return List.of(Map.entry("content-type", contentType));
  }

  @Override
  public int read(byte[] buffer, int at, int length) throws UpstreamFailed {
    if (next > 0 && offset == 0 && next < pieces.size()) {
      LockSupport.parkNanos(pause.toNanos());
    }
    if (aborted || Thread.currentThread().isInterrupted()) {
      throw new UpstreamFailed(UpstreamFailed.Kind.ABORTED, "the caller went away");
    }
    if (next == pieces.size()) {
      return -1;
    }
    byte[] piece = pieces.get(next);
    int part = Math.min(length, piece.length - offset);
    System.arraycopy(piece, offset, buffer, at, part);
    offset += part;
    if (offset == piece.length) {
      next++;
      offset = 0;
    }
    return part;
  }

  @Override
  public byte[] readAll(int maxBytes) throws UpstreamFailed {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] buffer = new byte[4096];
    int read;
    while ((read = read(buffer, 0, buffer.length)) >= 0) {
      all.write(buffer, 0, read);
    }
    return all.toByteArray();
  }

  @Override
  public void abort() {
    aborted = true;
  }

  @Override
  public void close() {
    aborted = true;
  }
}
