package potluck.server.importing;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Our providers for the channel types of one-api and new-api. The two forked and number differently
 * since. Source: their lists of types and default addresses, 2026.
 */
final class ChannelTypes {
  private static final String COMPATIBLE = "openai-compatible";

  /**
   * Where models of a type are.
   *
   * @param provider in our catalogue, at the type's own address
   * @param providerAtOtherAddress the provider at any other address
   * @param baseUrl the type's own address if our catalogue has none; empty if the channel must name
   *     it
   * @param version that both programs append to an address
   */
  record TypeTarget(
      String provider, String providerAtOtherAddress, String baseUrl, String version) {}

  private static final Map<Integer, TypeTarget> SHARED =
      Map.of(
          1, openAi("openai", ""),
          8, openAi(COMPATIBLE, ""),
          14, new TypeTarget("anthropic", "anthropic-compatible", "", ""),
          17, openAi(COMPATIBLE, "https://dashscope.aliyuncs.com/compatible-mode/v1"),
          20, openAi("openrouter", ""),
          24, new TypeTarget("gemini", "gemini-compatible", "", ""),
          25, openAi(COMPATIBLE, "https://api.moonshot.cn/v1"),
          31, openAi(COMPATIBLE, "https://api.lingyiwanwu.com/v1"),
          3, new TypeTarget("azure-openai", "azure-openai", "", "/openai/v1"));

  private static final Map<Integer, TypeTarget> NEW_API =
      Map.ofEntries(
          Map.entry(4, new TypeTarget("ollama", "ollama", "http://localhost:11434/v1", "/v1")),
          Map.entry(26, openAi(COMPATIBLE, "https://open.bigmodel.cn/api/paas/v4")),
          Map.entry(27, openAi(COMPATIBLE, "https://api.perplexity.ai")),
          Map.entry(35, openAi(COMPATIBLE, "https://api.minimax.chat/v1")),
          Map.entry(40, openAi(COMPATIBLE, "https://api.siliconflow.cn/v1")),
          Map.entry(42, new TypeTarget("mistral", "mistral", "", "/v1")),
          Map.entry(43, new TypeTarget("deepseek", "deepseek", "", "/v1")),
          Map.entry(45, openAi(COMPATIBLE, "https://ark.cn-beijing.volces.com/api/v3")),
          Map.entry(46, openAi(COMPATIBLE, "https://qianfan.baidubce.com/v2")),
          Map.entry(47, openAi(COMPATIBLE, "")),
          Map.entry(48, new TypeTarget("xai", "xai", "", "/v1")));

  private static final Map<Integer, TypeTarget> ONE_API =
      Map.ofEntries(
          Map.entry(27, openAi(COMPATIBLE, "https://api.minimax.chat/v1")),
          Map.entry(28, new TypeTarget("mistral", "mistral", "", "/v1")),
          Map.entry(29, new TypeTarget("groq", COMPATIBLE, "", "/v1")),
          Map.entry(30, new TypeTarget("ollama", "ollama", "http://localhost:11434/v1", "/v1")),
          Map.entry(32, openAi(COMPATIBLE, "https://api.stepfun.com/v1")),
          Map.entry(36, new TypeTarget("deepseek", "deepseek", "", "/v1")),
          Map.entry(39, new TypeTarget("together", COMPATIBLE, "", "/v1")),
          Map.entry(40, openAi(COMPATIBLE, "https://ark.cn-beijing.volces.com/api/v3")),
          Map.entry(41, openAi(COMPATIBLE, "https://api.novita.ai/v3/openai")),
          Map.entry(44, openAi(COMPATIBLE, "https://api.siliconflow.cn/v1")),
          Map.entry(45, new TypeTarget("xai", "xai", "", "/v1")),
          Map.entry(47, openAi(COMPATIBLE, "https://qianfan.baidubce.com/v2")),
          Map.entry(49, openAi(COMPATIBLE, "https://dashscope.aliyuncs.com/compatible-mode/v1")),
          Map.entry(50, openAi(COMPATIBLE, "")));

  /** Types that cannot be imported, and what to do instead. */
  private static final Map<Integer, String> UNSUPPORTED_NEW_API =
      Map.ofEntries(
          Map.entry(2, "Midjourney has no chat models"),
          Map.entry(5, "Midjourney has no chat models"),
          Map.entry(33, "AWS keys are stored in another form; add it by hand as bedrock-claude"),
          Map.entry(36, "Suno has no chat models"),
          Map.entry(37, "Dify has its own protocol"),
          Map.entry(41, "Vertex AI keys need an address; add it by hand as vertex-gemini"),
          Map.entry(49, "Coze has its own protocol"),
          Map.entry(50, "Kling has no chat models"),
          Map.entry(51, "Jimeng has no chat models"),
          Map.entry(52, "Vidu has no chat models"),
          Map.entry(57, "it imitates another program's client, which Potluck does not"));

  private static final Map<Integer, String> UNSUPPORTED_ONE_API =
      Map.of(
          33, "AWS keys are stored in another form; add it by hand as bedrock-claude",
          34, "Coze has its own protocol",
          38, "DeepL has no chat models",
          42, "Vertex AI keys need an address; add it by hand as vertex-gemini",
          46, "Replicate has its own protocol");

  private final boolean newApi;

  ChannelTypes(boolean newApi) {
    this.newApi = newApi;
  }

  private static TypeTarget openAi(String provider, String base) {
    return new TypeTarget(provider, COMPATIBLE, base, "/v1");
  }

  /** Empty for an unknown type. */
  Optional<TypeTarget> find(int type) {
    @Nullable TypeTarget target = (newApi ? NEW_API : ONE_API).get(type);
    return Optional.ofNullable(target == null ? SHARED.get(type) : target);
  }

  /** Why a type cannot be imported; empty if it can. */
  Optional<String> findUnsupported(int type) {
    return Optional.ofNullable((newApi ? UNSUPPORTED_NEW_API : UNSUPPORTED_ONE_API).get(type));
  }
}
