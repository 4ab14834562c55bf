package potluck.server.importing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import potluck.gateway.account.Secret;

/**
 * A {@code config.yaml} of LiteLLM: models become the operator's accounts, aliases and fallbacks
 * become routes. Source: docs.litellm.ai, "Config.yaml". For one thread.
 */
public final class LiteLlmSource implements ImportSource {
  private static final String ENVIRONMENT = "os.environ/";

  /** Where a credential comes from if the file does not name one. */
  private record ProviderTarget(String provider, String providerAtOtherAddress, String variable) {}

  private static final Map<String, ProviderTarget> TARGETS =
      Map.ofEntries(
          Map.entry("openai", new ProviderTarget("openai", "openai-compatible", "OPENAI_API_KEY")),
          Map.entry("azure", new ProviderTarget("azure-openai", "azure-openai", "AZURE_API_KEY")),
          Map.entry(
              "anthropic",
              new ProviderTarget("anthropic", "anthropic-compatible", "ANTHROPIC_API_KEY")),
          Map.entry("gemini", new ProviderTarget("gemini", "gemini-compatible", "GEMINI_API_KEY")),
          Map.entry("mistral", new ProviderTarget("mistral", "mistral", "MISTRAL_API_KEY")),
          Map.entry("deepseek", new ProviderTarget("deepseek", "deepseek", "DEEPSEEK_API_KEY")),
          Map.entry("groq", new ProviderTarget("groq", "groq", "GROQ_API_KEY")),
          Map.entry(
              "openrouter", new ProviderTarget("openrouter", "openrouter", "OPENROUTER_API_KEY")),
          Map.entry("xai", new ProviderTarget("xai", "xai", "XAI_API_KEY")),
          Map.entry(
              "together_ai", new ProviderTarget("together", "together", "TOGETHERAI_API_KEY")),
          Map.entry(
              "fireworks_ai", new ProviderTarget("fireworks", "fireworks", "FIREWORKS_AI_API_KEY")),
          Map.entry("ollama", new ProviderTarget("ollama", "ollama", "")),
          Map.entry("ollama_chat", new ProviderTarget("ollama", "ollama", "")),
          Map.entry("hosted_vllm", new ProviderTarget("vllm", "vllm", "")),
          Map.entry("lm_studio", new ProviderTarget("lm-studio", "lm-studio", "")));

  private final Map<?, ?> document;
  private final Map<String, String> environment;

  private LiteLlmSource(Map<?, ?> document, Map<String, String> environment) {
    this.document = document;
    this.environment = environment;
  }

  /**
   * Reads the file.
   *
   * @param environment for values like {@code os.environ/NAME}
   * @throws IOException if it is not YAML, or has no model list
   */
  public static LiteLlmSource open(Path file, Map<String, String> environment) throws IOException {
    Object document;
    try {
      document = new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
    } catch (YamlEngineException e) {
      throw new IOException(file + " is not YAML: " + e.getMessage(), e);
    } catch (NoSuchFileException e) {
      throw new IOException("There is no file " + file, e);
    }
    if (!(document instanceof Map<?, ?> map) || !(map.get("model_list") instanceof List<?>)) {
      throw new IOException(file + " has no model_list: is this LiteLLM's config.yaml?");
    }
    return new LiteLlmSource(map, environment);
  }

  @Override
  public String kind() {
    return "litellm";
  }

  @Override
  public void read(RecordKind kind, Sink sink) {
    switch (kind) {
      case KEY -> {
        if (map(document, "general_settings").get("master_key") != null) {
          sink.skip(
              "general_settings.master_key",
              "Potluck has no master key: create a key with ./potluck key create");
        }
      }
      case ACCOUNT -> accounts(sink);
      case ROUTE -> routes(sink);
      case USER, LOGIN, QUOTA, USAGE -> {}
    }
  }

  /** Models with the same credential become one account, unless their names collide. */
  private void accounts(Sink sink) {
    Map<String, AccountBuilder> accounts = new LinkedHashMap<>();
    for (Object entry : (List<?>) Objects.requireNonNull(document.get("model_list"))) {
      if (entry instanceof Map<?, ?> model) {
        model(model, accounts, sink);
      } else {
        sink.skip(String.valueOf(entry), "it is not an entry of model_list");
      }
    }
    accounts.forEach((id, gathering) -> sink.accept(gathering.build(id)));
  }

  private static final class AccountBuilder {
    private final String provider;
    private final String baseUrl;
    private final Secret secret;
    private final int weight;
    private final int concurrency;
    private final Map<String, String> models = new LinkedHashMap<>();
    private final List<String> remarks = new ArrayList<>();

    AccountBuilder(String provider, String base, Secret secret, int weight, int concurrency) {
      this.provider = provider;
      this.baseUrl = base;
      this.secret = secret;
      this.weight = weight;
      this.concurrency = concurrency;
    }

    SourceRecord.SourceAccount build(String id) {
      Map<String, String> map = new LinkedHashMap<>(models);
      map.entrySet().removeIf(entry -> entry.getKey().equals(entry.getValue()));
      return new SourceRecord.SourceAccount(
          id,
          null,
          null,
          provider,
          provider,
          baseUrl,
          secret,
          models.keySet().stream().filter(model -> !map.containsKey(model)).toList(),
          map,
          null,
          true,
          0,
          weight,
          concurrency,
          remarks.stream().distinct().toList());
    }
  }

  private void model(Map<?, ?> entry, Map<String, AccountBuilder> accounts, Sink sink) {
    Map<?, ?> params = map(entry, "litellm_params");
    String name = text(entry, "model_name");
    String model = text(params, "model");
    String label = name.isEmpty() ? model : name;
    if (name.isEmpty() || model.isEmpty() || name.contains("*") || model.contains("*")) {
      sink.skip(label, "the name is empty or has a wildcard; list the models one by one");
      return;
    }
    int slash = model.indexOf('/');
    String kind = slash < 0 ? guessProvider(model) : model.substring(0, slash);
    @Nullable ProviderTarget target = TARGETS.get(kind);
    if (target == null) {
      sink.skip(label, "the provider '" + kind + "' is unknown; add it by hand");
      return;
    }
    Optional<String> base = resolveEnvironment(text(params, "api_base", "base_url"));
    Optional<String> key = credential(params, target);
    if (base.isEmpty() || key.isEmpty()) {
      String missing = text(params, base.isEmpty() ? "api_base" : "api_key");
      sink.skip(
          label,
          "the environment has no "
              + (missing.isEmpty() ? target.variable() : missing.replace(ENVIRONMENT, ""))
              + "; set it and repeat");
      return;
    }
    add(
        params,
        name,
        model.substring(slash + 1),
        newBuilder(target, kind, base.get(), key.get(), params),
        accounts);
  }

  private static AccountBuilder newBuilder(
      ProviderTarget target, String kind, String base, String key, Map<?, ?> params) {
    String address = base.strip().replaceAll("/+$", "");
    if (kind.equals("azure") && !address.isEmpty() && !address.endsWith("/openai/v1")) {
      address = address.replaceAll("/openai$", "") + "/openai/v1";
    } else if (kind.startsWith("ollama")) {
      address =
          (address.isEmpty() ? "http://localhost:11434" : address).replaceAll("/v1$", "") + "/v1";
    } else if (kind.equals("anthropic") || kind.equals("gemini")) {
      address = address.replaceAll("/v1(beta)?$", "");
    }
    return new AccountBuilder(
        address.isEmpty() ? target.provider() : target.providerAtOtherAddress(),
        address,
        new Secret(key),
        Math.clamp(number(params, "weight"), 1, 1000),
        Math.clamp(number(params, "max_parallel_requests"), 0, 100_000));
  }

  private static void add(
      Map<?, ?> params,
      String name,
      String model,
      AccountBuilder builder,
      Map<String, AccountBuilder> accounts) {
    AccountBuilder account = builder;
    for (int i = 1; ; i++) {
      String id =
          builder.provider
              + " "
              + ImportMappings.shortDigest(builder.baseUrl + " " + builder.secret.reveal())
              + " #"
              + i;
      AccountBuilder there = accounts.computeIfAbsent(id, _ -> builder);
      boolean sameCredential =
          there.secret.equals(builder.secret)
              && there.weight == builder.weight
              && there.concurrency == builder.concurrency;
      if (sameCredential
          && (!there.models.containsKey(name) || there.models.get(name).equals(model))) {
        account = there;
        break;
      }
    }
    account.models.put(name, model);
    if (number(params, "rpm") > 0 || number(params, "tpm") > 0) {
      account.remarks.add(
          "rpm and tpm are not imported: an account that is refused goes into cooldown by itself");
    }
  }

  private Optional<String> credential(Map<?, ?> params, ProviderTarget target) {
    String given = text(params, "api_key");
    if (!given.isEmpty()) {
      return resolveEnvironment(given);
    }
    return target.variable().isEmpty()
        ? Optional.of("none")
        : Optional.ofNullable(environment.get(target.variable()));
  }

  private Optional<String> resolveEnvironment(String text) {
    return text.startsWith(ENVIRONMENT)
        ? Optional.ofNullable(environment.get(text.substring(ENVIRONMENT.length())))
            .filter(value -> !value.isBlank())
        : Optional.of(text);
  }

  private static String guessProvider(String model) {
    return model.startsWith("claude")
        ? "anthropic"
        : model.startsWith("gemini") ? "gemini" : "openai";
  }

  private void routes(Sink sink) {
    Map<?, ?> router = map(document, "router_settings");
    map(router, "model_group_alias")
        .forEach(
            (alias, model) -> {
              String behind =
                  model instanceof Map<?, ?> more ? text(more, "model") : String.valueOf(model);
              sink.accept(
                  new SourceRecord.SourceRoute(
                      "alias " + alias, String.valueOf(alias), List.of(behind), true));
            });
    for (Map<?, ?> settings : List.of(router, map(document, "litellm_settings"))) {
      if (settings.get("fallbacks") instanceof List<?> list) {
        for (Object element : list) {
          if (element instanceof Map<?, ?> fallback) {
            fallback.forEach((name, models) -> fallback(String.valueOf(name), models, sink));
          }
        }
      }
      for (String other :
          List.of("default_fallbacks", "context_window_fallbacks", "content_policy_fallbacks")) {
        if (settings.get(other) != null) {
          sink.skip(
              other,
              "only one kind of fallback is supported: for models that no account can serve");
        }
      }
    }
  }

  private static void fallback(String name, Object models, Sink sink) {
    List<String> others =
        models instanceof List<?> list
            ? list.stream().map(String::valueOf).toList()
            : List.of(String.valueOf(models));
    sink.accept(new SourceRecord.SourceRoute("fallback " + name, name, others, false));
  }

  private static Map<?, ?> map(Map<?, ?> from, String name) {
    return from.get(name) instanceof Map<?, ?> map ? map : Map.of();
  }

  private static String text(Map<?, ?> from, String... names) {
    for (String name : names) {
      if (from.get(name) != null) {
        return String.valueOf(from.get(name));
      }
    }
    return "";
  }

  private static long number(Map<?, ?> from, String name) {
    return from.get(name) instanceof Number number ? number.longValue() : 0;
  }

  @Override
  public void close() {}
}
