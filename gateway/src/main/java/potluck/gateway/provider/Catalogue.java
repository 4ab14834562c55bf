package potluck.gateway.provider;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import potluck.dialect.exchange.Dialects;
import potluck.gateway.account.Secret;
import potluck.gateway.upstream.Timeouts;

/**
 * All providers by name, from {@code providers.yaml}. A provider that speaks a known dialect needs
 * only an entry there and no Java. Immutable.
 */
public final class Catalogue {
  private final Map<String, Provider> providers;

  private Catalogue(Map<String, Provider> providers) {
    this.providers = Map.copyOf(providers);
  }

  /**
   * The catalogue that ships with the program.
   *
   * @param timeouts the timeouts of all upstream requests
   */
  public static Catalogue shipped(Timeouts timeouts) {
    try (InputStream file = Catalogue.class.getResourceAsStream("/providers.yaml")) {
      if (file == null) {
        throw new IllegalStateException("providers.yaml is missing from the program");
      }
      return read(new Load(LoadSettings.builder().build()).loadFromInputStream(file), timeouts);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * This catalogue with the operator's own entries, which replace entries of the same name.
   *
   * @param yaml in the format of {@code providers.yaml}
   * @throws IllegalArgumentException with the entry that is wrong
   */
  public Catalogue with(String yaml, Timeouts timeouts) {
    Map<String, Provider> all = new LinkedHashMap<>(providers);
    try {
      all.putAll(
          read(new Load(LoadSettings.builder().build()).loadFromString(yaml), timeouts).providers);
    } catch (YamlEngineException e) {
      throw new IllegalArgumentException("it is not YAML: " + e.getMessage(), e);
    }
    return new Catalogue(all);
  }

  /** This catalogue with one more provider that an entry cannot describe. */
  public Catalogue with(Provider provider) {
    Map<String, Provider> all = new LinkedHashMap<>(providers);
    all.put(provider.name(), provider);
    return new Catalogue(all);
  }

  private static Catalogue read(Object document, Timeouts timeouts) {
    Map<String, Provider> providers = new LinkedHashMap<>();
    if (!(document instanceof Map<?, ?> entries)) {
      throw new IllegalArgumentException("it must map names to providers");
    }
    for (Map.Entry<?, ?> entry : entries.entrySet()) {
      String name = String.valueOf(entry.getKey());
      if (!(entry.getValue() instanceof Map<?, ?> provider)) {
        throw new IllegalArgumentException(name + " has no settings below it");
      }
      providers.put(name, provider(name, provider, timeouts));
    }
    return new Catalogue(providers);
  }

  private static Provider provider(String name, Map<?, ?> entry, Timeouts timeouts) {
    String dialect = text(entry, "dialect", "");
    return new HttpProvider(
        name,
        Dialects.find(dialect)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(name + " speaks an unknown dialect: " + dialect)),
        text(entry, "base_url", ""),
        strings(entry, "hosts"),
        auth(name, text(entry, "auth", "bearer")),
        quirks(name, entry),
        map(entry, "headers"),
        strings(entry, "models"),
        envelope(name, text(entry, "shape", "plain")),
        grant(name, entry),
        info(name, entry),
        Clock.systemUTC(),
        timeouts);
  }

  private static CloudEnvelope envelope(String name, String word) {
    return switch (word) {
      case "plain" -> CloudEnvelope.PLAIN;
      case "vertex-gemini" -> CloudEnvelopes.VERTEX_GEMINI;
      case "vertex-claude" -> CloudEnvelopes.VERTEX_CLAUDE;
      case "bedrock-claude" -> CloudEnvelopes.BEDROCK_CLAUDE;
      default -> throw new IllegalArgumentException(name + " has an unknown shape: " + word);
    };
  }

  private static ProviderInfo info(String name, Map<?, ?> entry) {
    Map<String, String> hint = map(entry, "hint");
    String english = hint.getOrDefault("en", text(entry, "hint", ""));
    return new ProviderInfo(
        text(entry, "label", name),
        credential(entry),
        english,
        hint.getOrDefault("zh", english),
        text(entry, "key_page", ""));
  }

  private static ProviderInfo.Credential credential(Map<?, ?> entry) {
    if (entry.get("service_account") != null) {
      return ProviderInfo.Credential.SERVICE_ACCOUNT;
    }
    if (entry.get("oauth") != null) {
      return ProviderInfo.Credential.OAUTH;
    }
    return text(entry, "auth", "").equals("aws")
        ? ProviderInfo.Credential.AWS
        : ProviderInfo.Credential.KEY;
  }

  private static Optional<Grant> grant(String name, Map<?, ?> entry) {
    if (entry.get("service_account") instanceof String scope) {
      return Optional.of(new Grant.ServiceAccount(scope));
    }
    if (!(entry.get("oauth") instanceof Map<?, ?> oauth)) {
      return Optional.empty();
    }
    for (String needed : List.of("authorize", "token", "client_id")) {
      if (text(oauth, needed, "").isEmpty()) {
        throw new IllegalArgumentException(name + " needs " + needed + " below oauth");
      }
    }
    return Optional.of(
        new Grant.OAuth(
            text(oauth, "authorize", ""),
            text(oauth, "token", ""),
            strings(oauth, "scopes"),
            text(oauth, "client_id", ""),
            new Secret(text(oauth, "client_secret", ""))));
  }

  /** All providers, sorted by name. */
  public List<Provider> all() {
    return providers.values().stream().sorted(Comparator.comparing(Provider::name)).toList();
  }

  private static HttpProvider.Auth auth(String name, String word) {
    try {
      return HttpProvider.Auth.valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(name + " has an unknown auth: " + word, e);
    }
  }

  private static Quirks quirks(String name, Map<?, ?> entry) {
    List<Map.Entry<String, Set<String>>> some = new ArrayList<>();
    if (entry.get("model_quirks") instanceof Map<?, ?> map) {
      for (Map.Entry<?, ?> each : map.entrySet()) {
        some.add(
            Map.entry(
                String.valueOf(each.getKey()),
                checkQuirks(name, strings(map, String.valueOf(each.getKey())))));
      }
    }
    return new Quirks(checkQuirks(name, strings(entry, "quirks")), some);
  }

  private static Set<String> checkQuirks(String name, List<String> words) {
    for (String word : words) {
      if (!Quirks.KNOWN.contains(word)) {
        throw new IllegalArgumentException(name + " has an unknown quirk: " + word);
      }
    }
    return Set.copyOf(words);
  }

  public Optional<Provider> find(String name) {
    return Optional.ofNullable(providers.get(name));
  }

  /** All names, sorted. */
  public List<String> names() {
    return providers.keySet().stream().sorted().toList();
  }

  private static String text(Map<?, ?> entry, String key, String otherwise) {
    return entry.get(key) instanceof String text ? text : otherwise;
  }

  private static List<String> strings(Map<?, ?> entry, String key) {
    return entry.get(key) instanceof List<?> list
        ? list.stream().map(String::valueOf).toList()
        : List.of();
  }

  private static Map<String, String> map(Map<?, ?> entry, String key) {
    Map<String, String> texts = new LinkedHashMap<>();
    if (entry.get(key) instanceof Map<?, ?> map) {
      map.forEach((name, value) -> texts.put(String.valueOf(name), String.valueOf(value)));
    }
    return texts;
  }
}
