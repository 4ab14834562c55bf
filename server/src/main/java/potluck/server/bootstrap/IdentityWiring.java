package potluck.server.bootstrap;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import org.jdbi.v3.core.Jdbi;
import potluck.gateway.identity.AccessTokens;
import potluck.gateway.identity.Audit;
import potluck.gateway.identity.ChannelPreferences;
import potluck.gateway.identity.Invitations;
import potluck.gateway.identity.Keyring;
import potluck.gateway.identity.PasswordHasher;
import potluck.gateway.identity.RefreshTokens;
import potluck.gateway.identity.Registration;
import potluck.gateway.identity.ResetLinks;
import potluck.gateway.identity.SessionQueries;
import potluck.gateway.identity.SessionRevocations;
import potluck.gateway.identity.Sessions;
import potluck.gateway.identity.SetupLinks;
import potluck.gateway.identity.UserAdmin;
import potluck.gateway.identity.UserSummaries;
import potluck.gateway.identity.Users;
import potluck.gateway.key.ApiKeyChanges;
import potluck.gateway.key.ApiKeys;
import potluck.gateway.key.LastUsedTracker;
import potluck.gateway.login.ExternalLogins;
import potluck.gateway.login.LinkedIdentities;
import potluck.gateway.store.ChangeFeed;
import potluck.gateway.upstream.Timeouts;
import potluck.server.api.identity.IdentityServices;
import potluck.server.settings.Setting;
import potluck.server.settings.SettingValues;
import potluck.server.settings.Settings;

/** Builds the services around users. */
final class IdentityWiring {
  /** People wait while an identity provider is called. */
  private static final Duration LOGIN_TIMEOUT = Duration.ofSeconds(10);

  private IdentityWiring() {}

  static IdentityServices identityServices(Infrastructure infrastructure) {
    Settings settings = infrastructure.settings();
    Settings.Tokens tokens = settings.tokens();
    SettingValues values = settings.values();
    Duration refreshLife = Duration.ofDays(values.number(Setting.REFRESH_TOKEN_EXPIRE_DAYS));
    Jdbi jdbi = infrastructure.jdbi();
    ChangeFeed changes = infrastructure.changes();
    InstantSource clock = infrastructure.clock();

    Keyring keyring = new Keyring(tokens.jwt());
    AccessTokens access =
        new AccessTokens(keyring, Duration.ofHours(values.number(Setting.JWT_EXPIRE_HOURS)), clock);
    Users users = new Users(jdbi, changes);
    PasswordHasher passwords =
        new PasswordHasher(
            keyring,
            values.integer(Setting.LOGIN_MOST_WAITING),
            values.integer(Setting.PASSWORD_HASH_COST));
    Sessions sessions =
        new Sessions(jdbi, changes, access, refreshLife, infrastructure.redisMirror(), clock);
    RefreshTokens refreshes =
        new RefreshTokens(
            jdbi,
            changes,
            access,
            keyring,
            new RefreshTokens.Rules(
                refreshLife,
                values.seconds(Setting.REFRESH_GRACE_SECONDS),
                values.choice(Setting.REFRESH_REUSE).equals("family")),
            infrastructure.redisMirror(),
            clock);
    SetupLinks links = new SetupLinks(jdbi, users, clock);
    ApiKeys keys = new ApiKeys(jdbi, changes, keyring);
    Invitations invitations = new Invitations(jdbi, clock);
    ExternalLogins logins =
        new ExternalLogins(
            jdbi,
            settings.externalLogins().providers(),
            settings.externalLogins().redirect(),
            infrastructure.upstream(),
            new Timeouts(
                settings.upstreams().timeouts().connect(),
                LOGIN_TIMEOUT,
                LOGIN_TIMEOUT,
                LOGIN_TIMEOUT),
            clock);
    return new IdentityServices(
        users,
        new UserAdmin(jdbi, changes),
        new UserSummaries(jdbi),
        passwords,
        sessions,
        refreshes,
        new SessionQueries(jdbi, sessions, clock),
        new SessionRevocations(changes),
        new ResetLinks(jdbi, changes, clock),
        links,
        new Registration(
            jdbi,
            invitations,
            Registration.Mode.valueOf(
                values.choice(Setting.REGISTRATION).toUpperCase(Locale.ROOT))),
        invitations,
        access,
        keys,
        new ApiKeyChanges(changes),
        new LastUsedTracker(keys),
        new Audit(jdbi, clock),
        logins,
        new LinkedIdentities(jdbi, users),
        new ChannelPreferences(jdbi),
        settings.externalLogins().createUsers());
  }
}
