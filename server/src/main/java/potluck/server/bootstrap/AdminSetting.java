package potluck.server.bootstrap;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.Secret;
import potluck.gateway.identity.Keyring;
import potluck.gateway.store.SharedSettings;

/**
 * Remembers which {@code ADMIN_USERNAME} and {@code ADMIN_PASSWORD} the last start had, as a keyed
 * hash, so that a later start can tell whether they have changed since. Safe for use by many
 * threads.
 */
final class AdminSetting {
  private static final String NAME = "admin_setting";
  private static final String NONE = "";

  private final Jdbi jdbi;
  private final byte[] key;

  AdminSetting(Jdbi jdbi, Keyring keyring) {
    this.jdbi = jdbi;
    this.key = keyring.derive("admin-setting-v1");
  }

  /** Identifies the two values without revealing anything about them; empty text if not set. */
  String fingerprint(@Nullable String username, @Nullable Secret password) {
    if (username == null || password == null) {
      return NONE;
    }
    byte[] both = (username + "\0" + password.reveal()).getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(Keyring.hmac(key, both));
  }

  /** The fingerprint at the last start; empty if no start has recorded one. */
  Optional<String> recorded() {
    return jdbi.withHandle(handle -> SharedSettings.findText(handle, NAME));
  }

  void record(String fingerprint) {
    jdbi.useHandle(handle -> SharedSettings.putText(handle, NAME, fingerprint));
  }
}
