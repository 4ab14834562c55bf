package potluck.server.bootstrap;

import java.util.List;
import java.util.function.Consumer;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import potluck.gateway.account.CredentialReencryption;
import potluck.gateway.account.Secret;
import potluck.gateway.account.Vault;
import potluck.gateway.identity.AccessTokens;
import potluck.gateway.identity.Keyring;
import potluck.gateway.identity.RefreshTokens;
import potluck.gateway.store.ChangeFeed.Change;
import potluck.gateway.store.ChangeFeed.Topic;
import potluck.server.backup.ServerKeys;
import potluck.server.settings.SecretFiles;
import potluck.server.settings.Settings;

/**
 * Reloads keys that {@code ./potluck keys} wrote into {@code data/secrets} while the server runs;
 * the change feed announces them. Keys from settings are read only at a start.
 */
final class KeyReload implements Consumer<Change> {
  private static final Logger LOG = LoggerFactory.getLogger(KeyReload.class);

  private final Settings settings;
  private final Jdbi jdbi;
  private final AccessTokens access;
  private final RefreshTokens refreshes;
  private final Vault vault;

  KeyReload(
      Settings settings, Jdbi jdbi, AccessTokens access, RefreshTokens refreshes, Vault vault) {
    this.settings = settings;
    this.jdbi = jdbi;
    this.access = access;
    this.refreshes = refreshes;
    this.vault = vault;
  }

  /** Re-encrypts what an older key encrypted, and records the key that passwords depend on. */
  void start() {
    Keyring keyring = new Keyring(settings.tokens().jwt());
    if (!ServerKeys.markKeyring(jdbi, keyring)) {
      LOG.error(
          "the oldest key of JWT_SECRET_KEY is not the key that passwords and API keys depend on, so none of them can be checked; restore it as the last one of the list");
    }
    reseal();
  }

  @Override
  public void accept(Change change) {
    if (change.topic() != Topic.SETTING || !change.id().equals(ServerKeys.CHANGE_NAME)) {
      return;
    }
    SecretFiles secrets = new SecretFiles(settings.home());
    if (!settings.tokens().jwtGiven()) {
      List<Secret> jwt = secrets.jwt();
      Keyring keyring = new Keyring(jwt);
      refreshes.rotateKeys(keyring);
      access.rotateKeys(keyring);
      LOG.info("{} keys for access tokens are in use; the newest one signs", jwt.size());
    }
    if (!settings.tokens().fernetGiven()) {
      List<Secret> fernet = secrets.fernet();
      vault.rotateKeys(fernet);
      LOG.info("{} keys for credentials are in use; the newest one encrypts", fernet.size());
      reseal();
    }
  }

  private void reseal() {
    Thread.ofVirtual().name("re-encryption").start(new CredentialReencryption(jdbi, vault));
  }
}
