package potluck.server.importing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import potluck.kit.FakeUpstream;
import potluck.server.testing.CommandResult;
import potluck.server.testing.TestServer;

/** Import from LiteLLM: its models are served by the same names. */
@Timeout(300)
class LiteLlmImportIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path temp;

  @Test
  void importsModelsAliasesAndFallbacks() throws Exception {
    TestServer server = TestServer.start(Map.of());
    try (FakeUpstream upstream = FakeUpstream.start()) {
      Path file = temp.resolve("config.yaml");
      Files.writeString(
          file,
          """
          model_list:
            - model_name: lite-one
              litellm_params: {model: openai/gpt-4.1-real, api_base: "%s/v1", api_key: os.environ/LITELLM_KEY, rpm: 60}
            - model_name: lite-two
              litellm_params: {model: openai/lite-two, api_base: "%s/v1", api_key: os.environ/LITELLM_KEY}
            - model_name: lite-one
              litellm_params: {model: openai/gpt-4.1-spare, api_base: "%s/v1", api_key: os.environ/LITELLM_KEY}
            - model_name: no-key
              litellm_params: {model: anthropic/claude-sonnet-4-5, api_key: os.environ/NOT_SET_ANYWHERE}
            - model_name: cloud
              litellm_params: {model: bedrock/anthropic.claude, aws_region_name: us-east-1}
            - model_name: "*"
              litellm_params: {model: "openai/*"}
          router_settings:
            model_group_alias: {lite-alias: lite-two}
            fallbacks: [{lite-gone: [lite-two]}]
          litellm_settings:
            context_window_fallbacks: [{lite-one: [lite-two]}]
          general_settings:
            master_key: sk-master-secret
          """
              .formatted(upstream.address(), upstream.address(), upstream.address()));
      CommandResult dry = SourceDatabase.runImport(server, "litellm", file.toString());
      assertThat(dry.status()).as(dry.toString()).isZero();
      assertThat(dry.out())
          .contains("the environment has no NOT_SET_ANYWHERE", "the provider 'bedrock' is unknown")
          .contains("list the models one by one", "general_settings.master_key", "rpm and tpm")
          .doesNotContain("sk-master-secret", "sk-litellm-secret");
      JsonNode came = JSON.readTree(apply(server, file).out());
      assertThat(AntiHubImportIT.line(came, "account")).isEqualTo("found 5 came 2 here 0 left 3");
      assertThat(AntiHubImportIT.line(came, "route")).isEqualTo("found 3 came 2 here 0 left 1");
      JsonNode again = JSON.readTree(apply(server, file).out());
      assertThat(AntiHubImportIT.line(again, "account")).isEqualTo("found 5 came 0 here 2 left 3");
      assertThat(AntiHubImportIT.line(again, "route")).isEqualTo("found 3 came 0 here 2 left 1");

      String key = server.key(server.admin());
      for (String model : new String[] {"lite-one", "lite-two", "lite-alias", "lite-gone"}) {
        TestServer.eventually(
            () -> {
              int status =
                  server
                      .call(
                          "POST",
                          "/v1/chat/completions",
                          key,
                          "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
                              .formatted(model))
                      .status();
              return status == 200 ? Optional.of(status) : Optional.empty();
            });
        assertThat(upstream.requests().getLast().request().header("authorization"))
            .contains("Bearer sk-litellm-secret");
      }
    } finally {
      server.close();
    }
  }

  private static CommandResult apply(TestServer server, Path file) {
    return SourceDatabase.runImport(server, "litellm", file.toString(), "--apply", "--json");
  }

  @Test
  void otherFilesAreRefused() throws Exception {
    TestServer server = TestServer.start(Map.of());
    try {
      Path file = temp.resolve("config.yaml");
      Files.writeString(file, "model_list: [{");
      CommandResult broken =
          SourceDatabase.runImport(server, "litellm", file.toString(), "--apply");
      assertThat(broken.status()).isEqualTo(1);
      assertThat(broken.err()).contains("is not YAML");
      Files.writeString(file, "a: &a [*a, *a]\nmodel_list: 7");
      assertThat(SourceDatabase.runImport(server, "litellm", file.toString()).err())
          .contains("has no model_list");
      assertThat(SourceDatabase.runImport(server, "litellm", temp.resolve("none").toString()).err())
          .contains("There is no file");
    } finally {
      server.close();
    }
  }
}
