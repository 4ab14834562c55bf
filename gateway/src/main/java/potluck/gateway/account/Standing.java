package potluck.gateway.account;

import java.time.Instant;

/**
 * What the provider's answers say about an account: ready, resting, spent or revoked. The pool uses
 * only usable accounts. It is not the owner's switch, which is {@link Account#enabled()}.
 * Immutable.
 */
public sealed interface Standing {
  static Standing ready() {
    return new Ready();
  }

  /** The account may be used. */
  record Ready() implements Standing {}

  /** The account is in cooldown: it reached a rate limit or failed a moment ago. */
  record Resting(Instant until, String why) implements Standing {}

  /** The account's quota at the provider is used up until this time. */
  record Spent(Instant until, String why) implements Standing {}

  /** The provider refused the credential; only the owner can fix that. */
  record Revoked(String why) implements Standing {}

  /** Whether the provider's answers allow using the account at {@code now}. */
  default boolean isUsable(Instant now) {
    return switch (this) {
      case Ready _ -> true;
      case Resting(Instant until, String _) -> !now.isBefore(until);
      case Spent(Instant until, String _) -> !now.isBefore(until);
      case Revoked _ -> false;
    };
  }

  /** The name of this standing in tables and in the API. */
  default String label() {
    return switch (this) {
      case Ready _ -> "ready";
      case Resting _ -> "resting";
      case Spent _ -> "spent";
      case Revoked _ -> "revoked";
    };
  }
}
