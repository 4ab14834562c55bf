package potluck.gateway.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Validation of account fields. */
class AccountRulesTest {
  @Test
  void accountRulesAcceptOnlySecretsAHeaderCanCarry() {
    assertThat(AccountRules.parseSecret(" sk-abc\n")).contains(new Secret("sk-abc"));
    assertThat(AccountRules.parseSecret("{\"type\": \"service_account\"}")).isPresent();
    for (String none : List.of("", " ", "sk-abc…", "sk abc", "sk-\u0001")) {
      assertThat(AccountRules.parseSecret(none)).as(none).isEmpty();
    }
  }

  @Test
  void accountRulesRequireModels() {
    assertThat(AccountRules.namesModels(List.of("m"), Map.of())).isTrue();
    assertThat(AccountRules.namesModels(List.of(), Map.of("m", "n"))).isTrue();
    assertThat(AccountRules.namesModels(List.of(), Map.of())).isFalse();
    assertThat(AccountRules.namesModels(List.of(Account.ANY_MODEL), Map.of())).isFalse();
  }

  @Test
  void accountRulesLimitNamesToAHundredCharacters() {
    assertThat(AccountRules.parseName(" mine ")).contains("mine");
    assertThat(AccountRules.parseName("x".repeat(100))).isPresent();
    assertThat(AccountRules.parseName("x".repeat(101))).isEmpty();
    assertThat(AccountRules.parseName("  ")).isEmpty();
  }

  @Test
  void accountRulesAcceptOnlyPlainHttpAddresses() {
    assertThat(AccountRules.parseAddress(" https://a.example.org:8443/v1/ "))
        .contains(URI.create("https://a.example.org:8443/v1"));
    for (String none :
        List.of(
            "",
            "a.example.org",
            "ftp://a.example.org",
            "https://me@a.example.org",
            "https://a.example.org/?q=1",
            "https://a.example.org/#f",
            "https://a b",
            "https:///v1")) {
      assertThat(AccountRules.parseAddress(none)).as(none).isEmpty();
    }
  }
}
