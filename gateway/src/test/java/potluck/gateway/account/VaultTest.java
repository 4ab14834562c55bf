package potluck.gateway.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

class VaultTest {
  private static final Secret ONE = new Secret("cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=");
  private static final Secret TWO = new Secret("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
  private static final Vault.Location PLACE = new Vault.Location("accounts", "1", "secret");

  @Test
  void vaultOpensASecretAtItsLocation() {
    Vault vault = vault(ONE);
    String sealed = vault.seal(PLACE, new Secret("sk-upstream"));
    assertThat(sealed).doesNotContain("sk-upstream");
    assertThat(vault.open(PLACE, sealed)).contains(new Secret("sk-upstream"));
  }

  @Test
  void vaultDoesNotOpenACiphertextOfAnotherRow() {
    Vault vault = vault(ONE);
    String sealed = vault.seal(PLACE, new Secret("sk-upstream"));
    assertThat(vault.open(new Vault.Location("accounts", "2", "secret"), sealed)).isEmpty();
  }

  @Test
  void vaultOpensWithAnOldKeyAfterRotation() {
    String sealed = vault(ONE).seal(PLACE, new Secret("sk-upstream"));
    assertThat(vault(TWO, ONE).open(PLACE, sealed)).contains(new Secret("sk-upstream"));
    assertThat(vault(TWO).open(PLACE, sealed)).isEmpty();
  }

  @Test
  void vaultDoesNotOpenAChangedCiphertext() {
    Vault vault = vault(ONE);
    String sealed = vault.seal(PLACE, new Secret("sk-upstream"));
    for (int at = 0; at < sealed.length(); at += 7) {
      char other = sealed.charAt(at) == 'A' ? 'B' : 'A';
      String changed = sealed.substring(0, at) + other + sealed.substring(at + 1);
      assertThat(vault.open(PLACE, changed)).as("changed at %d", at).isEmpty();
    }
  }

  /** The token of https://github.com/fernet/spec/blob/master/generate.json. */
  @Test
  void fernetReadsTheTokenOfTheSpecification() {
    Fernet fernet = new Fernet(ONE, InstantSource.system());
    String token =
        "gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==";
    assertThat(fernet.decrypt(token))
        .hasValueSatisfying(p -> assertThat(p).asString().isEqualTo("hello"));
  }

  @Test
  void secretIsHiddenInToString() {
    assertThat(new Secret("sk-upstream")).hasToString("***");
  }

  private static Vault vault(Secret... keys) {
    return new Vault(List.of(keys), InstantSource.system());
  }
}
