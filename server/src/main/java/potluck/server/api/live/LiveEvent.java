package potluck.server.api.live;

import java.math.BigDecimal;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An event that an open page receives. Immutable. */
sealed interface LiveEvent {
  /** The name of the event in the stream. */
  String type();

  /**
   * The standing of an account of oneself, or of a shared one.
   *
   * @param alias as in {@code GET /api/pool}
   * @param standing ready, resting, spent, revoked, off, or removed if it is not to be seen any
   *     more
   * @param until when it may be used again; null if unknown
   */
  record StandingChanged(String alias, String standing, @Nullable String until)
      implements LiveEvent {
    @Override
    public String type() {
      return "standing";
    }
  }

  /** One's own quota of a group of models. */
  record QuotaChanged(String group, BigDecimal left, BigDecimal ceiling, @Nullable String at)
      implements LiveEvent {
    @Override
    public String type() {
      return "quota";
    }
  }

  /**
   * A request of oneself.
   *
   * @param keyId null for an access token
   * @param status the HTTP status; null while it runs
   */
  record RequestChanged(
      UUID requestId, @Nullable Long keyId, String model, @Nullable Integer status)
      implements LiveEvent {
    @Override
    public String type() {
      return "request";
    }
  }

  /**
   * A refusal of a request of oneself.
   *
   * @param model null if the request was refused before its model was known
   * @param kind such as rate_limited or quota_exhausted
   * @param retryAfterSeconds when a retry may succeed; null if unknown
   */
  record Refused(
      UUID requestId,
      @Nullable Long keyId,
      @Nullable String model,
      int status,
      String kind,
      @Nullable Long retryAfterSeconds)
      implements LiveEvent {
    @Override
    public String type() {
      return "refusal";
    }
  }

  /** How much of oneself is running. */
  record Rate(double tokensPerSecond, long running) implements LiveEvent {
    @Override
    public String type() {
      return "rate";
    }
  }

  /** Events were lost: the page must read again what it shows. */
  record Missed(@Nullable String at) implements LiveEvent {
    @Override
    public String type() {
      return "missed";
    }
  }
}
