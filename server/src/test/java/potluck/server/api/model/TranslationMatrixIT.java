package potluck.server.api.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import potluck.kit.fake.FakeAnswer;
import potluck.kit.fake.Script;
import potluck.server.testing.PoolFixture;
import potluck.server.testing.TestServer;

/** Stop reasons, images and documents, for each client dialect with each upstream dialect. */
class TranslationMatrixIT {
  /** An image of one pixel. */
  private static final String PNG =
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8/5+hHgAHggJ/PchI7wAAAABJRU5ErkJggg==";

  private static final String PDF = "JVBERi0xLjQKJUVPRgo=";
  private static final List<String> DIALECTS =
      List.of("openai", "responses", "anthropic", "gemini");

  static Stream<Arguments> cells() {
    return DIALECTS.stream()
        .flatMap(client -> DIALECTS.stream().map(upstream -> Arguments.of(client, upstream)));
  }

  @ParameterizedTest(name = "{0} over {1}")
  @MethodSource("cells")
  void stopReasonIsTranslated(String client, String upstream) {
    try (PoolFixture scene = new PoolFixture(1, upstream)) {
      for (boolean stream : new boolean[] {false, true}) {
        scene
            .upstream()
            .enqueue(
                Script.PLAIN.withAnswer(
                    FakeAnswer.text("so far").stop(FakeAnswer.StopReason.LENGTH)));
        assertThat(ask(scene, client, stream, "\"hi\"").text()).contains(length(client));
        scene
            .upstream()
            .enqueue(
                Script.PLAIN.withAnswer(FakeAnswer.text("no").stop(FakeAnswer.StopReason.FILTER)));
        assertThat(ask(scene, client, stream, "\"hi\"").text()).contains(filtered(client));
      }
    }
  }

  @ParameterizedTest(name = "{0} over {1}")
  @MethodSource("cells")
  void imagesAndDocumentsArriveByteForByte(String client, String upstream) {
    try (PoolFixture scene = new PoolFixture(1, upstream)) {
      TestServer.Response said = ask(scene, client, false, imageAndDocument(client));
      assertThat(said.status()).as(said.text()).isEqualTo(200);
      String sent = scene.upstream().requests().getLast().request().text();
      assertThat(sent).contains(PNG).contains(PDF).contains("look");
    }
  }

  private static String length(String client) {
    return switch (client) {
      case "openai" -> "\"finish_reason\":\"length\"";
      case "responses" -> "\"reason\":\"max_output_tokens\"";
      case "anthropic" -> "\"stop_reason\":\"max_tokens\"";
      default -> "\"finishReason\":\"MAX_TOKENS\"";
    };
  }

  private static String filtered(String client) {
    return switch (client) {
      case "openai" -> "\"finish_reason\":\"content_filter\"";
      case "responses" -> "\"reason\":\"content_filter\"";
      case "anthropic" -> "\"stop_reason\":\"refusal\"";
      default -> "\"finishReason\":\"SAFETY\"";
    };
  }

  /** Message content of a dialect: a text, an image and a document. */
  private static String imageAndDocument(String client) {
    return switch (client) {
      case "openai" ->
          """
          [{"type":"text","text":"look"},
           {"type":"image_url","image_url":{"url":"data:image/png;base64,%s"}},
           {"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,%s"}}]
          """
              .formatted(PNG, PDF);
      case "responses" ->
          """
          [{"role":"user","content":[{"type":"input_text","text":"look"},
            {"type":"input_image","image_url":"data:image/png;base64,%s"},
            {"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,%s"}]}]
          """
              .formatted(PNG, PDF);
      case "anthropic" ->
          """
          [{"type":"text","text":"look"},
           {"type":"image","source":{"type":"base64","media_type":"image/png","data":"%s"}},
           {"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"%s"}}]
          """
              .formatted(PNG, PDF);
      default ->
          """
          [{"text":"look"},{"inlineData":{"mimeType":"image/png","data":"%s"}},
           {"inlineData":{"mimeType":"application/pdf","data":"%s"}}]
          """
              .formatted(PNG, PDF);
    };
  }

  private static TestServer.Response ask(
      PoolFixture scene, String client, boolean stream, String content) {
    String head = "{\"model\":\"" + scene.model + "\",\"stream\":" + stream + ",";
    String turn = "[{\"role\":\"user\",\"content\":" + content + "}]";
    String gemini = "/v1beta/models/" + scene.model;
    return switch (client) {
      case "openai" -> call(scene, "/v1/chat/completions", head + "\"messages\":" + turn + "}");
      case "responses" -> call(scene, "/v1/responses", head + "\"input\":" + content + "}");
      case "anthropic" ->
          call(scene, "/v1/messages", head + "\"max_tokens\":1000,\"messages\":" + turn + "}");
      default ->
          call(
              scene,
              gemini + (stream ? ":streamGenerateContent?alt=sse" : ":generateContent"),
              "{\"contents\":[{\"role\":\"user\",\"parts\":"
                  + (content.startsWith("[") ? content : "[{\"text\":" + content + "}]")
                  + "}]}");
    };
  }

  private static TestServer.Response call(PoolFixture scene, String path, String body) {
    return scene.server.call("POST", path, scene.key, body);
  }
}
