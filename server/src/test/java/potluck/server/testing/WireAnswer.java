package potluck.server.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import potluck.kit.LoopbackServer;
import potluck.kit.ReceivedRequest;

/**
 * An answer as an upstream writes it in one of the four dialects, with usage that need not make
 * sense.
 *
 * @param texts the pieces of its text, without characters that JSON escapes
 * @param input the JSON of the input count; empty to leave it out
 * @param output the JSON of the output count; empty to leave it out
 */
public record WireAnswer(String dialect, List<String> texts, String input, String output) {
  /** The whole answer as one JSON object. */
  public String complete() {
    String text = String.join("", texts);
    return switch (dialect) {
      case "openai" ->
          """
          {"id":"c","object":"chat.completion","model":"m","choices":[{"index":0,
          "message":{"role":"assistant","content":"%s"},"finish_reason":"stop"}],"usage":%s}"""
              .formatted(text, usage("prompt_tokens", "completion_tokens"));
      case "responses" ->
          """
          {"id":"r","object":"response","status":"completed","model":"m","output":[{"type":"message",
          "id":"m1","role":"assistant","content":[{"type":"output_text","text":"%s"}]}],"usage":%s}"""
              .formatted(text, usage("input_tokens", "output_tokens"));
      case "anthropic" ->
          """
          {"id":"m","type":"message","role":"assistant","model":"m","content":[{"type":"text",
          "text":"%s"}],"stop_reason":"end_turn","usage":%s}"""
              .formatted(text, usage("input_tokens", "output_tokens"));
      default ->
          """
          {"candidates":[{"index":0,"content":{"role":"model","parts":[{"text":"%s"}]},
          "finishReason":"STOP"}],"modelVersion":"m","usageMetadata":%s}"""
              .formatted(text, usage("promptTokenCount", "candidatesTokenCount"));
    };
  }

  /** What precedes the text of a stream. */
  public String begin() {
    return switch (dialect) {
      case "openai" -> "";
      case "responses" ->
          event("response.created", "\"response\":{\"id\":\"r\",\"model\":\"m\"}")
              + event(
                  "response.output_item.added",
                  "\"output_index\":0,\"item\":{\"type\":\"message\",\"id\":\"m1\",\"content\":[]}")
              + event(
                  "response.content_part.added",
                  "\"output_index\":0,\"content_index\":0,\"part\":{\"type\":\"output_text\",\"text\":\"\"}");
      case "anthropic" ->
          event(
                  "message_start",
                  """
                  "message":{"id":"m","type":"message","role":"assistant","model":"m","content":[],
                  "usage":{%s"output_tokens":1}}"""
                      .replace("\n", "")
                      .formatted(input.isEmpty() ? "" : "\"input_tokens\":" + input + ","))
              + event(
                  "content_block_start",
                  "\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}");
      default -> "";
    };
  }

  /** One piece of text in a stream. */
  public String piece(String text) {
    return switch (dialect) {
      case "openai" ->
          data(
              """
              {"id":"c","object":"chat.completion.chunk","model":"m","choices":[{"index":0,"delta":{"content":"%s"},"finish_reason":null}]}"""
                  .formatted(text));
      case "responses" ->
          event(
              "response.output_text.delta",
              "\"output_index\":0,\"content_index\":0,\"delta\":\"" + text + "\"");
      case "anthropic" ->
          event(
              "content_block_delta",
              "\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"" + text + "\"}");
      default ->
          data(
              """
              {"candidates":[{"index":0,"content":{"role":"model","parts":[{"text":"%s"}]}}],"modelVersion":"m"}"""
                  .formatted(text));
    };
  }

  /** What follows the text of a stream. */
  public String end() {
    return switch (dialect) {
      case "openai" ->
          data(
                  """
                  {"id":"c","object":"chat.completion.chunk","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""")
              + data(
                  "{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"model\":\"m\",\"choices\":[],\"usage\":"
                      + usage("prompt_tokens", "completion_tokens")
                      + "}")
              + data("[DONE]");
      case "responses" ->
          event(
              "response.completed",
              "\"response\":{\"id\":\"r\",\"model\":\"m\",\"status\":\"completed\",\"usage\":"
                  + usage("input_tokens", "output_tokens")
                  + "}");
      case "anthropic" ->
          event("content_block_stop", "\"index\":0")
              + event(
                  "message_delta",
                  "\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{"
                      + (output.isEmpty() ? "" : "\"output_tokens\":" + output)
                      + "}")
              + event("message_stop", "\"x\":1");
      default ->
          data(
              """
              {"candidates":[{"index":0,"content":{"role":"model","parts":[{"text":""}]},"finishReason":"STOP"}],"modelVersion":"m","usageMetadata":%s}"""
                  .formatted(usage("promptTokenCount", "candidatesTokenCount")));
    };
  }

  /** The whole answer as a stream. */
  public String stream() {
    StringBuilder all = new StringBuilder(begin());
    texts.forEach(text -> all.append(piece(text)));
    return all.append(end()).toString();
  }

  private String usage(String inputName, String outputName) {
    List<String> counts = new ArrayList<>();
    if (!input.isEmpty()) {
      counts.add("\"" + inputName + "\":" + input);
    }
    if (!output.isEmpty()) {
      counts.add("\"" + outputName + "\":" + output);
    }
    return "{" + String.join(",", counts) + "}";
  }

  private static String event(String type, String members) {
    return "event: " + type + "\n" + data("{\"type\":\"" + type + "\"," + members + "}");
  }

  private static String data(String json) {
    return "data: " + json + "\n\n";
  }

  /** The first bytes of a stream that has no length and ends with its connection. */
  public static String streamHead() {
    return "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
  }

  /** Whether a request asks for a stream. */
  public static boolean isStream(ReceivedRequest request) {
    return request.target().contains("streamGenerateContent")
        || new String(request.body(), java.nio.charset.StandardCharsets.UTF_8)
            .matches("(?s).*\"stream\"\\s*:\\s*true.*");
  }

  /** Starts an upstream; the test closes it. */
  public static LoopbackServer upstream(LoopbackServer.ConnectionHandler handler) {
    try {
      return LoopbackServer.start(handler);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The account of an upstream at an address that its owner gave. */
  public static String account(String dialect, String address, String model) {
    return """
    {"provider":"%s-compatible","base_url":"%s%s","api_key":"sk-upstream-secret",
     "models":["%s"],"is_shared":1}
    """
        .formatted(
            dialect.equals("responses") ? "openai-responses" : dialect,
            address,
            dialect.equals("openai") || dialect.equals("responses") ? "/v1" : "",
            model);
  }

  /** The path of a request in a dialect. */
  public static String path(String client, String model, boolean stream) {
    return switch (client) {
      case "openai" -> "/v1/chat/completions";
      case "responses" -> "/v1/responses";
      case "anthropic" -> "/v1/messages";
      default ->
          "/v1beta/models/"
              + model
              + (stream ? ":streamGenerateContent?alt=sse" : ":generateContent");
    };
  }

  /** A request in a dialect. */
  public static String body(String client, String model, boolean stream, String text) {
    return switch (client) {
      case "responses" ->
          "{\"model\":\"%s\",\"stream\":%s,\"input\":\"%s\"}".formatted(model, stream, text);
      case "gemini" ->
          "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"%s\"}]}]}".formatted(text);
      default ->
          "{\"model\":\"%s\",\"stream\":%s,\"max_tokens\":900,\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}"
              .formatted(model, stream, text);
    };
  }
}
