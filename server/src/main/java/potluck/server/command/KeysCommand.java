package potluck.server.command;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jdbi.v3.core.Jdbi;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import potluck.gateway.account.CredentialReencryption;
import potluck.gateway.account.Secret;
import potluck.gateway.account.Vault;
import potluck.gateway.identity.Keyring;
import potluck.gateway.meter.Journal;
import potluck.server.backup.ServerKeys;
import potluck.server.database.Database;
import potluck.server.settings.SecretFiles;
import potluck.server.settings.Settings;

/** {@code ./potluck keys}: the keys of the server, rotated while it runs. */
@Command(
    name = "keys",
    description = "The keys of the server: list, rotate, drop.",
    mixinStandardHelpOptions = true)
final class KeysCommand {
  private static final long TIMEOUT_NANOS = 60_000_000_000L;
  private static final long POLL_NANOS = 250_000_000;

  /** What a key is used for. */
  enum KeyPurpose {
    jwt,
    refresh,
    encryption
  }

  private interface DatabaseTask {
    int run(Settings settings, Jdbi jdbi) throws IOException;
  }

  private static int withDatabase(DatabaseTask work) throws SQLException, IOException {
    Settings settings = PotluckCommand.settingsOfExistingServer();
    PotluckCommand.startLog(settings);
    try (Database database = Database.forCommand(settings)) {
      return work.run(settings, Jdbi.create(database.forReports()));
    }
  }

  @Command(description = "List the keys by name, newest first, and how much each one opens.")
  int list() throws SQLException, IOException {
    return withDatabase(
        (settings, jdbi) -> {
          List<Secret> jwt = settings.tokens().jwt();
          for (int i = 0; i < jwt.size(); i++) {
            System.out.printf(
                "jwt         %s  %s%n",
                ServerKeys.name(jwt.get(i)),
                (i == 0 ? "signs" : "verifies its tokens")
                    + (i == jwt.size() - 1 ? ", root of passwords and API keys" : ""));
          }
          List<Secret> fernet = settings.tokens().fernet();
          ServerKeys.Sealed sealed = ServerKeys.countSealed(jdbi, fernet);
          for (int i = 0; i < fernet.size(); i++) {
            System.out.printf(
                "encryption  %s  opens %d%s%n",
                ServerKeys.name(fernet.get(i)), sealed.openedBy(i), i == 0 ? ", seals" : "");
          }
          return 0;
        });
  }

  @Command(
      description =
          "Create a new key; what older keys signed or encrypted stays valid, and a running Potluck uses the new one at once.")
  int rotate(
      @Parameters(description = "${COMPLETION-CANDIDATES}; jwt", defaultValue = "jwt")
          KeyPurpose what)
      throws SQLException, IOException {
    return switch (what) {
      case refresh -> {
        System.out.println(
            CommandText.of(
                "Refresh tokens are random and stored as hashes, so there is no key to rotate. The key of repeated refreshes is derived from jwt.",
                "刷新令牌是随机数，以哈希保存，没有密钥可轮换。重复刷新所用的密钥由 jwt 派生。"));
        yield 0;
      }
      case jwt -> withDatabase((settings, jdbi) -> rotateJwt(settings, jdbi));
      case encryption -> withDatabase((settings, jdbi) -> rotateEncryption(settings, jdbi));
    };
  }

  private static int rotateJwt(Settings settings, Jdbi jdbi) {
    Settings.Tokens tokens = settings.tokens();
    if (tokens.jwtGiven()) {
      return printOperatorKey("JWT_SECRET_KEY");
    }
    ServerKeys.add(settings.home(), SecretFiles.JWT, tokens.jwt());
    ServerKeys.announceChange(jdbi);
    System.out.println(
        CommandText.of(
            "A new key signs from now on; running nodes use it within two seconds. Nobody is logged out.",
            "新密钥开始签名，运行中的节点两秒内使用它。不会使任何人退出登录。"));
    return 0;
  }

  private static int rotateEncryption(Settings settings, Jdbi jdbi) throws IOException {
    if (settings.tokens().fernetGiven()) {
      return printOperatorKey("PLUGIN_API_ENCRYPTION_KEY");
    }
    ServerKeys.add(settings.home(), SecretFiles.FERNET, settings.tokens().fernet());
    List<Secret> now = new SecretFiles(settings.home()).fernet();
    if (Journal.inUse(settings.home().resolve("journal"))) {
      ServerKeys.announceChange(jdbi);
    } else {
      new CredentialReencryption(jdbi, new Vault(now, Clock.systemUTC())).run();
    }
    long deadline = System.nanoTime() + TIMEOUT_NANOS;
    boolean done = ServerKeys.isResealed(jdbi, now);
    while (!done && System.nanoTime() < deadline) {
      LockSupport.parkNanos(POLL_NANOS);
      done = ServerKeys.isResealed(jdbi, now);
    }
    System.out.println(
        done
            ? CommandText.of(
                "A new key encrypts from now on, and all credentials were re-encrypted with it; ./potluck keys drop encryption removes the older ones once nothing needs them.",
                "新密钥开始加密，所有凭据已用它重新加密；旧密钥不再需要时，用 ./potluck keys drop encryption 移除。")
            : CommandText.of(
                "A new key encrypts from now on; older keys are still needed (./potluck keys list) and stay.",
                "新密钥开始加密；部分数据仍需旧密钥（./potluck keys list），旧密钥保留。"));
    return 0;
  }

  /** A key from a setting is rotated by the operator. */
  private static int printOperatorKey(String setting) {
    System.out.println(
        setting
            + CommandText.of(
                " is set, so you manage its keys: put this key before the others, separated by a comma, on every node, and restart.",
                " 由您设置：请在每个节点上把此密钥放在最前面（逗号分隔）并重启。"));
    System.out.println(SecretFiles.newKey());
    return 0;
  }

  @Command(
      description =
          "Remove older keys: of encryption, if nothing needs them; of jwt, all but the newest and the oldest; tokens signed by a removed key are refreshed.")
  int drop(@Parameters(description = "jwt or encryption") KeyPurpose what)
      throws SQLException, IOException {
    return withDatabase(
        (settings, jdbi) -> {
          Settings.Tokens tokens = settings.tokens();
          if (what == KeyPurpose.encryption ? tokens.fernetGiven() : tokens.jwtGiven()) {
            System.err.println(
                CommandText.of(
                    "The keys are in a setting; remove the old ones there.", "密钥在设置中，请在设置中移除旧密钥。"));
            return 1;
          }
          SecretFiles secrets = new SecretFiles(settings.home());
          List<Secret> keys = what == KeyPurpose.encryption ? tokens.fernet() : tokens.jwt();
          Optional<String> needed =
              what == KeyPurpose.encryption
                  ? encryptionKeyBlocker(jdbi, keys)
                  : jwtKeyBlocker(jdbi, keys);
          if (needed.isPresent()) {
            System.err.println(needed.get());
            return 1;
          }
          List<Secret> kept =
              what == KeyPurpose.encryption || keys.size() == 1
                  ? List.of(keys.getFirst())
                  : List.of(keys.getFirst(), keys.getLast());
          secrets.replace(
              what == KeyPurpose.encryption ? SecretFiles.FERNET : SecretFiles.JWT, kept);
          ServerKeys.announceChange(jdbi);
          System.out.printf(
              CommandText.of("%d keys were removed, %d are left%n", "已移除 %d 个密钥，剩余 %d 个%n"),
              keys.size() - kept.size(),
              kept.size());
          if (what == KeyPurpose.encryption) {
            System.out.println(
                CommandText.of(
                    "Earlier backups still need them, unless they were made with --with-secrets.",
                    "更早的备份仍需要它们，除非备份时使用了 --with-secrets。"));
          }
          return 0;
        });
  }

  /** Why older keys are still needed, and what to do; empty if they can be dropped. */
  private static Optional<String> encryptionKeyBlocker(Jdbi jdbi, List<Secret> keys) {
    ServerKeys.Sealed sealed = ServerKeys.countSealed(jdbi, keys);
    if (!sealed.lost().isEmpty()) {
      return Optional.of(
          CommandText.of("No key opens the credentials of ", "没有密钥能解开以下账号的凭据：")
              + String.join(", ", sealed.lost())
              + CommandText.of(
                  ": restore their key, enter the credentials again, or delete those accounts; then drop.",
                  "。请先找回密钥、重新填写凭据或删除这些账号，再移除。"));
    }
    if (sealed.needingOlderKey() > 0) {
      return Optional.of(
          sealed.needingOlderKey()
              + CommandText.of(
                  " credentials still need an older key; start Potluck, which re-encrypts them, and then drop.",
                  " 个凭据仍需要旧密钥；启动 Potluck 会自动重新加密，之后再移除。"));
    }
    if (sealed.expiringWithOlderKey() > 0) {
      return Optional.of(
          sealed.expiringWithOlderKey()
              + CommandText.of(
                  " stored answers and request bodies still need an older key; answers expire after a day, request bodies after USAGE_LOG_BODY_DAYS: drop then.",
                  " 个保存的回答或请求内容仍需要旧密钥；回答一天后过期，请求内容在 USAGE_LOG_BODY_DAYS 之后过期，届时再移除。"));
    }
    return Optional.empty();
  }

  /** Passwords and API keys depend on the last key of the list, so it must be the recorded one. */
  private static Optional<String> jwtKeyBlocker(Jdbi jdbi, List<Secret> keys) {
    boolean known =
        jdbi.withHandle(handle -> ServerKeys.isMarkedKeyring(handle, new Keyring(keys)));
    return known
        ? Optional.empty()
        : Optional.of(
            CommandText.of(
                "The last key is not the one that passwords and API keys depend on, so it could be removed by mistake: put that key back as the last line of data/secrets/jwt, then drop.",
                "最后一个密钥不是密码与 API 密钥所依赖的密钥，可能被误删：请先将其放回 data/secrets/jwt 的最后一行，再移除。"));
  }
}
