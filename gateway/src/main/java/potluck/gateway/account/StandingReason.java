package potluck.gateway.account;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Why and until when an account is not ready, as members may see it: a code, because the stored
 * text may quote the provider. Stateless.
 */
public final class StandingReason {
  /** What the stored texts begin with, and their codes. */
  private static final Map<String, String> CODES =
      Map.of(
          "rate limit", "rate_limit",
          "quota used up", "quota_used_up",
          "payment required", "payment_required",
          "credential refused", "credential_refused",
          "answered", "provider_error",
          "no answer in time", "no_answer",
          "address not allowed", "address_not_allowed",
          "connection failed", "connection_failed",
          "needs consent again", "consent_needed",
          "no token", "no_token");

  private StandingReason() {}

  /**
   * {@code rate_limit}, {@code quota_used_up}, {@code payment_required}, {@code
   * credential_refused}, {@code provider_error}, {@code no_answer}, {@code address_not_allowed},
   * {@code connection_failed}, {@code consent_needed}, {@code no_token} or {@code other}; empty if
   * it is ready.
   */
  public static Optional<String> code(Standing standing) {
    return switch (standing) {
      case Standing.Ready _ -> Optional.empty();
      case Standing.Resting resting -> Optional.of(code(resting.why()));
      case Standing.Spent spent -> Optional.of(code(spent.why()));
      case Standing.Revoked revoked -> Optional.of(code(revoked.why()));
    };
  }

  /** Whether an account rests because it failed, not because of a limit at its provider. */
  public static boolean isFailure(Standing standing) {
    return standing instanceof Standing.Resting resting
        && !code(resting.why()).equals("rate_limit");
  }

  private static String code(String text) {
    return CODES.entrySet().stream()
        .filter(entry -> text.startsWith(entry.getKey()))
        .findFirst()
        .map(Map.Entry::getValue)
        .orElse("other");
  }

  /** When it may be used again; empty if it is ready or only its owner can help. */
  public static Optional<Instant> until(Standing standing) {
    return switch (standing) {
      case Standing.Resting resting -> Optional.of(resting.until());
      case Standing.Spent spent -> Optional.of(spent.until());
      case Standing.Ready _, Standing.Revoked _ -> Optional.empty();
    };
  }
}
