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
import potluck.server.settings.SecretFiles;
import potluck.server.settings.Settings;

/** The keys of the house: made anew, put away with a backup, brought back. */
public final class ServerKeys {
  /** The setting that changes when there are new keys: every node reads its own again. */
  public static final String CHANGE_NAME = "keys";

  private static final String MARK = "keyring";
  private static final int NAME_BYTES = 4;

  /** Kept questions may be large. */
  private static final int FETCH_SIZE = 20;

  private static final List<String> NAMES = List.of(SecretFiles.JWT, SecretFiles.FERNET);

  private ServerKeys() {}

  /** The keys in use as they are kept: a line each, newest first. */
  public static Map<String, String> texts(Settings.Tokens tokens) {
    return Map.of(SecretFiles.JWT, text(tokens.jwt()), SecretFiles.FERNET, text(tokens.fernet()));
  }

  private static String text(List<Secret> keys) {
    return keys.stream().map(Secret::reveal).collect(Collectors.joining("\n"));
  }

  /** Puts keys of a backup into a home; those that were there stay beside them. */
  static void restore(Path home, String name, String text) throws IOException {
    SecretFiles secrets = new SecretFiles(home);
    keepCopy(secrets.file(name));
    secrets.replace(name, text.lines().map(Secret::new).toList());
  }

  /** Under a name that is free: what an earlier restore put away is not lost to a later one. */
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
        // Then the next number.
      }
    }
  }

  /** The same for all that are known; others in the file are passed over. */
  public static void restore(Path home, Map<String, String> texts) throws IOException {
    for (String name : NAMES) {
      if (texts.containsKey(name)) {
        restore(home, name, texts.get(name));
      }
    }
  }

  /** Puts a fresh key before those that are there. */
  public static void add(Path home, String name, List<Secret> before) {
    List<Secret> all = new ArrayList<>(List.of(new Secret(SecretFiles.newKey())));
    all.addAll(before);
    new SecretFiles(home).replace(name, all);
  }

  /** Tells every node that there are new keys. */
  public static void announceChange(Jdbi jdbi) {
    jdbi.useTransaction(handle -> ChangeFeed.record(handle, ChangeFeed.Topic.SETTING, CHANGE_NAME));
  }

  /** What a key can be called without being shown. */
  public static String name(Secret key) {
    byte[] hash = Keyring.hmac(key.bytes(), "name".getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(hash, 0, NAME_BYTES);
  }

  /**
   * Notes by which secret this house's passwords and API keys are kept, where that is not noted
   * yet.
   *
   * @return false where it is another one
   */
  public static boolean markKeyring(Jdbi jdbi, Keyring keyring) {
    return jdbi.inTransaction(
        handle -> {
          handle.execute(
              "INSERT INTO house_settings (name, value) VALUES (?, to_jsonb(?::text))"
                  + " ON CONFLICT DO NOTHING",
              MARK,
              keyring.fingerprint());
          return isMarkedKeyring(handle, keyring);
        });
  }

  /** Whether it is the one that was noted; true where none was. */
  public static boolean isMarkedKeyring(Handle handle, Keyring keyring) {
    return handle
        .createQuery("SELECT value #>> '{}' FROM house_settings WHERE name = :name")
        .bind("name", MARK)
        .mapTo(String.class)
        .findOne()
        .map(keyring.fingerprint()::equals)
        .orElse(true);
  }

  /**
   * What each key opens, in the order of the keys.
   *
   * @param credentials of accounts and of seats at a Plug-in service, which are sealed anew
   * @param expiring kept answers and kept questions: they go with time, and are never sealed anew
   * @param lost credentials that none opens: ids of accounts and of seats
   */
  public record Sealed(List<Long> credentials, List<Long> expiring, List<String> lost) {
    /** All that a key opens. */
    public long openedBy(int key) {
      return credentials.get(key) + expiring.get(key);
    }

    /** Credentials that an older key sealed. */
    public long needingOlderKey() {
      return needingOlderKey(credentials);
    }

    /** What an older key sealed, and goes with time. */
    public long expiringWithOlderKey() {
      return needingOlderKey(expiring);
    }

    private static long needingOlderKey(List<Long> by) {
      return by.stream().skip(1).mapToLong(Long::longValue).sum();
    }
  }

  /**
   * Looks at everything that is sealed, in constant memory.
   *
   * @param keys newest first
   */
  public static Sealed countSealed(Jdbi jdbi, List<Secret> keys) {
    List<String> lost = new ArrayList<>();
    List<Long> credentials = credentials(jdbi, keys, lost);
    List<Long> passing =
        count(
            jdbi,
            keys,
            """
            SELECT '', answer FROM idempotency WHERE answer IS NOT NULL
            UNION ALL SELECT '', body FROM request_bodies
            """,
            new ArrayList<>());
    return new Sealed(credentials, passing, lost);
  }

  /** Whether no credential needs an older key; those that no key opens wait for nothing. */
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

  /** The driver reads rows a few at a time only within a transaction. */
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
