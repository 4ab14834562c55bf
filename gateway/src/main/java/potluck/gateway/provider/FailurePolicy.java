package potluck.gateway.provider;

import java.time.Duration;
import java.time.Instant;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Failure.Kind;
import potluck.gateway.account.Standing;
import potluck.gateway.account.Standing.Resting;
import potluck.gateway.account.Standing.Spent;
import potluck.gateway.provider.Verdict.CallerFault;
import potluck.gateway.provider.Verdict.TryAnother;
import potluck.gateway.upstream.UpstreamFailed;

/**
 * The rules by which nearly all providers judge responses. A failure that the request itself caused
 * never counts against the account; otherwise one user could put everybody's accounts into
 * cooldown. Stateless.
 */
final class FailurePolicy {
  /**
   * The longest cooldown after one response, whatever the provider says ("retry-after: 10 years").
   */
  static final Duration MAX_REST = Duration.ofMinutes(15);

  private static final Duration DEFAULT_LIMIT_REST = Duration.ofSeconds(10);
  private static final Duration SPENT_REST = Duration.ofHours(1);
  private static final Duration CREDENTIAL_REST = Duration.ofMinutes(1);
  private static final Duration FAULT_REST = Duration.ofSeconds(5);

  private FailurePolicy() {}

  static Verdict judge(int status, Failure failure, Instant now) {
    return switch (status) {
      case 401, 403 ->
          new TryAnother(
              Failure.of(
                      Kind.UPSTREAM,
                      "The provider refused the credential of the account that was used.")
                  .upstreamStatus(status),
              new Resting(now.plus(CREDENTIAL_REST), "credential refused with " + status));
      case 402 -> new TryAnother(failure, new Spent(now.plus(SPENT_REST), "payment required"));
      case 408, 409, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529 ->
          new TryAnother(failure, rest(failure, FAULT_REST, "answered " + status, now));
      case 429 ->
          failure.kind() == Kind.QUOTA_EXHAUSTED
              ? new TryAnother(failure, new Spent(now.plus(SPENT_REST), "quota used up"))
              : new TryAnother(failure, rest(failure, DEFAULT_LIMIT_REST, "rate limit", now));
      default ->
          status >= 500
              ? new TryAnother(failure, rest(failure, FAULT_REST, "answered " + status, now))
              : new CallerFault(failure);
    };
  }

  static Verdict judge(UpstreamFailed failed, Standing standing, Instant now) {
    return switch (failed.kind()) {
      case FIRST_BYTE_TIMEOUT, IDLE_TIMEOUT, TOTAL_TIMEOUT, CONNECT_TIMEOUT ->
          new TryAnother(
              Failure.of(Kind.UPSTREAM_TIMEOUT, "The provider did not answer in time."),
              new Resting(now.plus(FAULT_REST), "no answer in time"));
      case ADDRESS_REFUSED ->
          new TryAnother(
              Failure.of(
                  Kind.UPSTREAM,
                  "The account's address is not allowed; an operator can list it in"
                      + " UPSTREAM_ALLOWED_HOSTS."),
              new Resting(now.plus(CREDENTIAL_REST), "address not allowed"));
      case TOO_LARGE ->
          new CallerFault(
              Failure.of(Kind.UPSTREAM, "The provider's answer is larger than allowed."));
      default ->
          new TryAnother(
              Failure.of(Kind.UPSTREAM, "The connection to the provider failed."),
              new Resting(now.plus(FAULT_REST), "connection failed"));
    };
  }

  private static Resting rest(Failure failure, Duration defaultRest, String reason, Instant now) {
    Duration wait = failure.retryAfter() == null ? defaultRest : failure.retryAfter();
    if (wait.compareTo(MAX_REST) > 0) {
      wait = MAX_REST;
    }
    return new Resting(now.plus(wait.isNegative() ? Duration.ZERO : wait), reason);
  }
}
