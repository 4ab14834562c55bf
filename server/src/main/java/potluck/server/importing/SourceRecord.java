package potluck.server.importing;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.Secret;
import potluck.gateway.quota.UsageLimits;

/** One record of a source, in a form that all sources share. Immutable. */
public sealed interface SourceRecord {
  /** The id in the source: unique within its kind, and stable. */
  String id();

  /** A name for people; never a secret. */
  String label();

  /**
   * A user.
   *
   * @param passwordHash as the source has it; null for none
   * @param pluginId the user's id in the Plug-in API; null for none
   * @param limits of the user
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
   * An identity at an external provider.
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
   * An API key.
   *
   * @param owner the id of a {@link SourceUser}
   * @param models that it may call; empty for all
   * @param networks that it may be used from; empty for all
   * @param opensPlugin whether it also manages accounts
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
   * An account at a provider.
   *
   * @param owner the id of a {@link SourceUser}; null for the operator
   * @param cookieId the id that clients know; null for a new one
   * @param provider in the catalogue
   * @param baseUrl empty for the provider's own
   * @param shared null if the source does not say
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
   * Remaining quota of the shared pool.
   *
   * @param owner the id of a {@link SourceUser}
   * @param accountsWorth in whole accounts
   */
  record SourceQuota(String id, String owner, String model, double accountsWorth)
      implements SourceRecord {
    @Override
    public String label() {
      return model + " of user " + owner;
    }
  }

  /**
   * An alias or fallback.
   *
   * @param alias true for an alias, false for a fallback
   */
  record SourceRoute(String id, String name, List<String> models, boolean alias)
      implements SourceRecord {
    @Override
    public String label() {
      return name + (alias ? " = " : " falls back to ") + String.join(", ", models);
    }
  }

  /**
   * A past request.
   *
   * @param owner the id of a {@link SourceUser}
   * @param key the id of a {@link SourceKey}; null for none
   * @param accountsWorth its cost in whole accounts
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
