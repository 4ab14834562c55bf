package potluck.server.bootstrap;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import potluck.gateway.account.Account;
import potluck.gateway.account.Accounts;
import potluck.gateway.account.Secret;
import potluck.gateway.demo.DemoModel;
import potluck.gateway.identity.PasswordHasher;
import potluck.gateway.identity.SetupLinks;
import potluck.gateway.identity.User;
import potluck.gateway.identity.Users;
import potluck.gateway.key.ApiKeys;

/** What a start prepares: the administrator or a setup link, and the demo model with its key. */
final class FirstStart {
  private static final Logger LOG = LoggerFactory.getLogger(FirstStart.class);
  private static final Duration DEMO_KEY_LIFE = Duration.ofDays(1);
  private static final String DEMO = "demo";

  private final Users users;
  private final PasswordHasher passwords;
  private final SetupLinks links;
  private final ApiKeys keys;
  private final Accounts accounts;
  private final AdminSetting setting;
  private final InstantSource clock;

  FirstStart(
      Users users,
      PasswordHasher passwords,
      SetupLinks links,
      ApiKeys keys,
      Accounts accounts,
      AdminSetting setting,
      InstantSource clock) {
    this.users = users;
    this.passwords = passwords;
    this.links = links;
    this.keys = keys;
    this.accounts = accounts;
    this.setting = setting;
    this.clock = clock;
  }

  /**
   * Makes sure that there is an administrator, as the settings name one. The password in the
   * settings is applied when the user is created, and when the settings have changed since the last
   * start. So a password that the administrator has changed stays.
   *
   * @return the token of a setup link, if there is no administrator and the settings name none
   */
  Optional<String> ensureAdministrator(@Nullable String username, @Nullable Secret password) {
    String fingerprint = setting.fingerprint(username, password);
    Optional<String> last = setting.recorded();
    Optional<String> setupToken = Optional.empty();
    if (username != null && password != null) {
      Optional<User> known = users.find(username);
      // Version 0.1 recorded nothing: its administrator had this password at each of its starts.
      boolean applied =
          last.map(fingerprint::equals).orElseGet(() -> known.filter(User::isAdmin).isPresent());
      if (known.isEmpty() || !applied) {
        setAdministrator(known, username, password.reveal());
      }
    } else if (!users.anyAdmin()) {
      setupToken = Optional.of(links.create());
    }
    // Recorded last: if the process ends before, the next start applies the password again.
    if (!last.equals(Optional.of(fingerprint))) {
      setting.record(fingerprint);
    }
    return setupToken;
  }

  private void setAdministrator(Optional<User> known, String username, String password) {
    String hash = passwords.hash(password);
    long id =
        known
            .or(() -> users.add(username, hash, User.ADMIN_TRUST_LEVEL))
            .or(() -> users.find(username))
            .orElseThrow()
            .id();
    users.makeAdmin(id, hash);
    LOG.info("the administrator {} was set from the settings", username);
  }

  /** A key for the demo model, valid on this machine for a day; earlier ones are deleted. */
  String demoKey() {
    User owner =
        users
            .find(DEMO)
            .or(() -> users.add(DEMO, null, 0))
            .or(() -> users.find(DEMO))
            .orElseThrow();
    if (accounts.findByOwner(owner.id()).stream().noneMatch(FirstStart::isDemo)) {
      accounts.add(
          new Accounts.Draft(
              owner.id(),
              DEMO,
              "Demo model",
              "http://" + DemoModel.HOST + "/v1",
              new Secret("demo"),
              List.of(DemoModel.MODEL),
              Map.of(),
              true,
              0,
              1,
              0,
              0));
    }
    keys.removeDemoKeys();
    return keys.add(
            new ApiKeys.Draft(
                owner.id(),
                "demo",
                null,
                DEMO,
                List.of(DemoModel.MODEL),
                List.of(),
                false,
                true,
                clock.instant().plus(DEMO_KEY_LIFE)))
        .text();
  }

  private static boolean isDemo(Account account) {
    return account.provider().equals(DEMO);
  }
}
