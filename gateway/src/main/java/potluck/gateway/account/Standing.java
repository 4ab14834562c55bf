package potluck.gateway.account;

import java.time.Instant;

/**
 * How an account stands with its provider: what a pool asks before it lends. It is not the owner's
 * switch (that is {@link Account#enabled()}). Immutable.
 */
public sealed interface Standing {
  static Standing ready() {
    return new Ready();
  }

  /** May be used. */
  record Ready() implements Standing {}

  /** Was told to wait, or failed a moment ago. */
  record Resting(Instant until, String why) implements Standing {}

  /** Its quota at the provider is used up until then. */
  record Spent(Instant until, String why) implements Standing {}

  /** The provider refused its credential: only its owner can mend that. */
  record Revoked(String why) implements Standing {}

  /** Whether an account may be used at {@code now}, as far as its provider is concerned. */
  default boolean isUsable(Instant now) {
    return switch (this) {
      case Ready _ -> true;
      case Resting(Instant until, String _) -> !now.isBefore(until);
      case Spent(Instant until, String _) -> !now.isBefore(until);
      case Revoked _ -> false;
    };
  }

  /** The word for it in tables and answers. */
  default String label() {
    return switch (this) {
      case Ready _ -> "ready";
      case Resting _ -> "resting";
      case Spent _ -> "spent";
      case Revoked _ -> "revoked";
    };
  }
}
