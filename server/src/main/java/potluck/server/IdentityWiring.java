package potluck.server;

import java.time.Duration;
import java.time.InstantSource;
import org.jdbi.v3.core.Jdbi;
import potluck.gateway.identity.AccessTokens;
import potluck.gateway.identity.Audit;
import potluck.gateway.identity.Channels;
import potluck.gateway.identity.Devices;
import potluck.gateway.identity.Invitations;
import potluck.gateway.identity.Keyring;
import potluck.gateway.identity.Passwords;
import potluck.gateway.identity.Refreshes;
import potluck.gateway.identity.Registration;
import potluck.gateway.identity.ResetLinks;
import potluck.gateway.identity.Revocations;
import potluck.gateway.identity.Roster;
import potluck.gateway.identity.Sessions;
import potluck.gateway.identity.SetupLinks;
import potluck.gateway.identity.Users;
import potluck.gateway.key.ApiKeys;
import potluck.gateway.key.LastUse;
import potluck.gateway.login.Identities;
import potluck.gateway.login.Logins;
import potluck.gateway.store.Changes;
import potluck.gateway.upstream.Bounds;
import potluck.server.api.identity.People;
import potluck.server.settings.Settings;

/** Who people are: users, what proves who they are, and what they may do. */
final class IdentityWiring {
  /** People wait while another house is asked. */
  private static final Duration LOGIN_PATIENCE = Duration.ofSeconds(10);

  private IdentityWiring() {}

  static People people(Ground ground) {
    Settings settings = ground.settings();
    Settings.Tokens tokens = settings.tokens();
    Jdbi jdbi = ground.jdbi();
    Changes changes = ground.changes();
    InstantSource clock = ground.clock();

    Keyring keyring = new Keyring(tokens.jwt());
    AccessTokens access = new AccessTokens(keyring, tokens.accessLife(), clock);
    Users users = new Users(jdbi, changes);
    Passwords passwords = new Passwords(keyring, settings.limits().guessing().mostWaiting());
    Sessions sessions =
        new Sessions(jdbi, changes, access, tokens.refreshLife(), ground.copied(), clock);
    Refreshes refreshes =
        new Refreshes(
            jdbi,
            changes,
            access,
            keyring,
            new Refreshes.Rules(tokens.refreshLife(), tokens.refreshGrace(), tokens.endOnReuse()),
            ground.copied(),
            clock);
    SetupLinks links = new SetupLinks(jdbi, users, clock);
    ApiKeys keys = new ApiKeys(jdbi, changes, keyring);
    Invitations invitations = new Invitations(jdbi, clock);
    Logins logins =
        new Logins(
            jdbi,
            settings.foreign().houses(),
            settings.foreign().redirect(),
            ground.upstream(),
            new Bounds(
                settings.upstreams().connect(), LOGIN_PATIENCE, LOGIN_PATIENCE, LOGIN_PATIENCE),
            clock);
    return new People(
        users,
        new Roster(jdbi, changes),
        passwords,
        sessions,
        refreshes,
        new Devices(jdbi, sessions, clock),
        new Revocations(jdbi, changes),
        new ResetLinks(jdbi, changes, clock),
        links,
        new Registration(jdbi, invitations, settings.doors().registration()),
        invitations,
        access,
        keys,
        new LastUse(keys),
        new Audit(jdbi, clock),
        logins,
        new Identities(jdbi, users),
        new Channels(jdbi),
        settings.foreign().newUsers());
  }
}
