package potluck.server.importing;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.Secret;
import potluck.gateway.quota.UsageLimits;

/** One thing that another house has, in words that all houses share. Immutable. */
public sealed interface SourceRecord {
  /** What it is called there; unique among its kind, and the same at each look. */
  String id();

  /** What a person knows it by; never a secret. */
  String label();

  /**
   * Somebody.
   *
   * @param passwordHash as it is there; null for none
   * @param pluginId what the Plug-in API calls them; null where nothing does
   * @param limits on all that they use
   */
  record SourceUser(
      String id,
      String name,
      @Nullable String passwordHash,
      @Nullable String avatarUrl,
      int trustLevel,
      boolean active,
      boolean silenced,
      int beta,
      boolean prefersShared,
      boolean onlyDedicated,
      @Nullable UUID pluginId,
      @Nullable Instant createdAt,
      @Nullable Instant lastLoginAt,
      UsageLimits limits)
      implements SourceRecord {
    @Override
    public String label() {
      return name;
    }
  }

  /**
   * Who somebody is at a house that people log in with.
   *
   * @param owner the id of a {@link SourceUser}
   * @param provider such as {@code github}
   */
  record SourceLogin(String id, String owner, String provider, String subject)
      implements SourceRecord {
    @Override
    public String label() {
      return provider + " of user " + owner;
    }
  }

  /**
   * A key that clients have.
   *
   * @param owner the id of a {@link SourceUser}
   * @param models that it may call; empty for all
   * @param networks that it may be used from; empty for all
   * @param opensPlugin whether it looks after accounts too
   */
  record SourceKey(
      String id,
      String owner,
      Secret text,
      @Nullable String name,
      @Nullable String description,
      String configType,
      boolean active,
      List<String> models,
      List<String> networks,
      boolean opensPlugin,
      @Nullable Instant expiresAt,
      @Nullable Instant createdAt,
      @Nullable Instant lastUsedAt,
      UsageLimits limits)
      implements SourceRecord {
    @Override
    public String label() {
      return "key " + id + (name == null || name.isBlank() ? "" : " (" + name + ")");
    }
  }

  /**
   * A credential at a provider.
   *
   * @param owner the id of a {@link SourceUser}; null for the operator's
   * @param cookieId what it is called by clients; null for a new name
   * @param provider as the catalogue names it
   * @param baseUrl empty for the provider's own
   * @param shared null where that house does not say
   */
  record SourceAccount(
      String id,
      @Nullable String owner,
      @Nullable String cookieId,
      String provider,
      String name,
      String baseUrl,
      Secret secret,
      List<String> models,
      Map<String, String> modelMap,
      @Nullable Boolean shared,
      boolean enabled,
      int priority,
      int weight,
      int maxConcurrency,
      List<String> remarks)
      implements SourceRecord {
    @Override
    public String label() {
      return name + " (" + id + ")";
    }
  }

  /**
   * What somebody may still draw from the shared pool.
   *
   * @param owner the id of a {@link SourceUser}
   * @param accountsWorth how many whole accounts it is worth
   */
  record SourceQuota(String id, String owner, String model, double accountsWorth)
      implements SourceRecord {
    @Override
    public String label() {
      return model + " of user " + owner;
    }
  }

  /**
   * What serves a name.
   *
   * @param alias whether the models stand behind the name, rather than in for it
   */
  record SourceRoute(String id, String name, List<String> models, boolean alias)
      implements SourceRecord {
    @Override
    public String label() {
      return name + (alias ? " = " : " falls back to ") + String.join(", ", models);
    }
  }

  /**
   * One request of the past.
   *
   * @param owner the id of a {@link SourceUser}
   * @param key the id of a {@link SourceKey}; null for none
   * @param accountsWorth what it took of a whole account
   */
  record SourceUsage(
      String id,
      String owner,
      @Nullable String key,
      String endpoint,
      String method,
      String model,
      @Nullable String configType,
      @Nullable String clientApp,
      boolean stream,
      boolean success,
      int status,
      @Nullable String error,
      long inputTokens,
      long outputTokens,
      double accountsWorth,
      long durationMs,
      Instant at)
      implements SourceRecord {
    @Override
    public String label() {
      return "request " + id;
    }
  }
}
