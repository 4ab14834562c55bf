package potluck.server.backup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import potluck.gateway.account.Secret;
import potluck.gateway.account.Vault;
import potluck.gateway.identity.Keyring;
import potluck.gateway.store.ChangeFeed;
import potluck.gateway.store.SharedSettings;
import potluck.server.settings.SecretFiles;
import potluck.server.settings.Settings;

/** The keys of the server: add, back up, restore. */
public final class ServerKeys {
  /** The setting that announces new keys: every node reads its keys again. */
  public static final String CHANGE_NAME = "keys";

  private static final String MARK = "keyring";
  private static final int NAME_BYTES = 4;

  /** Stored request bodies may be large. */
  private static final int FETCH_SIZE = 20;

  private static final List<String> NAMES = List.of(SecretFiles.JWT, SecretFiles.FERNET);

  private ServerKeys() {}

  /** The keys in use as file contents: one per line, newest first. */
  public static Map<String, String> texts(Settings.Tokens tokens) {
    return Map.of(SecretFiles.JWT, text(tokens.jwt()), SecretFiles.FERNET, text(tokens.fernet()));
  }

  private static String text(List<Secret> keys) {
    return keys.stream().map(Secret::reveal).collect(Collectors.joining("\n"));
  }

  /** Restores keys; existing ones are kept beside them. */
  static void restore(Path home, String name, String text) throws IOException {
    SecretFiles secrets = new SecretFiles(home);
    keepCopy(secrets.file(name));
    secrets.replace(name, text.lines().map(Secret::new).toList());
  }

  /** Uses a free name, so that a second restore does not overwrite an earlier copy. */
  private static void keepCopy(Path file) throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    for (int number = 1; ; number++) {
      String name = file.getFileName() + ".before-restore" + (number == 1 ? "" : "-" + number);
      try {
        Files.copy(file, file.resolveSibling(name), StandardCopyOption.COPY_ATTRIBUTES);
        return;
      } catch (FileAlreadyExistsException e) {
        // Try the next number.
      }
    }
  }

  /** Restores all known keys; others are ignored. */
  public static void restore(Path home, Map<String, String> texts) throws IOException {
    for (String name : NAMES) {
      if (texts.containsKey(name)) {
        restore(home, name, texts.get(name));
      }
    }
  }

  /** Adds a new key before the existing ones. */
  public static void add(Path home, String name, List<Secret> before) {
    List<Secret> all = new ArrayList<>(List.of(new Secret(SecretFiles.newKey())));
    all.addAll(before);
    new SecretFiles(home).replace(name, all);
  }

  /** Announces new keys to every node. */
  public static void announceChange(Jdbi jdbi) {
    jdbi.useTransaction(handle -> ChangeFeed.record(handle, ChangeFeed.Topic.SETTING, CHANGE_NAME));
  }

  /** A name of a key that does not reveal it. */
  public static String name(Secret key) {
    byte[] hash = Keyring.hmac(key.bytes(), "name".getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(hash, 0, NAME_BYTES);
  }

  /**
   * Records which key the passwords and API keys depend on, if it is not recorded yet.
   *
   * @return false if another key is recorded
   */
  public static boolean markKeyring(Jdbi jdbi, Keyring keyring) {
    return jdbi.inTransaction(
        handle -> {
          SharedSettings.putTextIfAbsent(handle, MARK, keyring.fingerprint());
          return isMarkedKeyring(handle, keyring);
        });
  }

  /** Whether the recorded key is this one; true if none is recorded. */
  public static boolean isMarkedKeyring(Handle handle, Keyring keyring) {
    return SharedSettings.findText(handle, MARK).map(keyring.fingerprint()::equals).orElse(true);
  }

  /**
   * How many values each key opens, in the order of the keys.
   *
   * @param credentials of accounts and of users at a Plug-in service; they are re-encrypted with a
   *     new key
   * @param expiring stored answers and request bodies; they expire and are not re-encrypted
   * @param lost ids of accounts and users whose credential no key opens
   */
  public record Sealed(List<Long> credentials, List<Long> expiring, List<String> lost) {
    /** All values that a key opens. */
    public long openedBy(int key) {
      return credentials.get(key) + expiring.get(key);
    }

    /** Credentials that were encrypted with an older key. */
    public long needingOlderKey() {
      return needingOlderKey(credentials);
    }

    /** Expiring values that were encrypted with an older key. */
    public long expiringWithOlderKey() {
      return needingOlderKey(expiring);
    }

    private static long needingOlderKey(List<Long> by) {
      return by.stream().skip(1).mapToLong(Long::longValue).sum();
    }
  }

  /**
   * Counts all encrypted values, in constant memory.
   *
   * @param keys newest first
   */
  public static Sealed countSealed(Jdbi jdbi, List<Secret> keys) {
    List<String> lost = new ArrayList<>();
    List<Long> credentials = credentials(jdbi, keys, lost);
    List<Long> grants =
        count(
            jdbi,
            keys,
            """
            SELECT '', answer FROM idempotency WHERE answer IS NOT NULL
            UNION ALL SELECT '', body FROM request_bodies
            """,
            new ArrayList<>());
    return new Sealed(credentials, grants, lost);
  }

  /** Whether no credential needs an older key; those that no key opens are ignored. */
  public static boolean isResealed(Jdbi jdbi, List<Secret> keys) {
    return Sealed.needingOlderKey(credentials(jdbi, keys, new ArrayList<>())) == 0;
  }

  private static List<Long> credentials(Jdbi jdbi, List<Secret> keys, List<String> lost) {
    return count(
        jdbi,
        keys,
        """
        SELECT cookie_id, secret FROM accounts
        UNION ALL SELECT cookie_id, api_key FROM plugin_users WHERE api_key IS NOT NULL
        """,
        lost);
  }

  /** The driver reads rows in batches only within a transaction. */
  private static List<Long> count(Jdbi jdbi, List<Secret> keys, String query, List<String> lost) {
    Vault vault = new Vault(keys, Clock.systemUTC());
    long[] by = new long[keys.size()];
    jdbi.useTransaction(
        handle ->
            handle
                .createQuery(query)
                .setFetchSize(FETCH_SIZE)
                .map((rs, _) -> new String[] {rs.getString(1), rs.getString(2)})
                .forEach(
                    row -> {
                      int key = vault.keyIndex(row[1]);
                      if (key >= 0) {
                        by[key]++;
                      } else {
                        lost.add(row[0]);
                      }
                    }));
    return Arrays.stream(by).boxed().toList();
  }
}
