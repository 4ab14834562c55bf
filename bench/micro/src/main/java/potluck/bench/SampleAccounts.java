package potluck.bench;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import potluck.gateway.account.Account;
import potluck.gateway.account.AccountId;
import potluck.gateway.account.Secret;
import potluck.gateway.account.Standing;

/** Accounts for benchmarks of several packages. Stateless. */
public final class SampleAccounts {
  private SampleAccounts() {}

  /** A shared account that is ready and serves one model. */
  public static Account account(long owner, String model) {
    return new Account(
        AccountId.random(),
        owner,
        "openai-compatible",
        "account of " + owner,
        "http://127.0.0.1:1",
        new Secret("s"),
        List.of(model),
        Map.of(),
        Set.of(),
        true,
        true,
        0,
        1,
        50,
        0,
        Standing.ready(),
        Instant.EPOCH,
        null,
        Instant.EPOCH,
        Instant.EPOCH);
  }
}
