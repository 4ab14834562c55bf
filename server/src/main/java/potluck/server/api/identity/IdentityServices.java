package potluck.server.api.identity;

import potluck.gateway.identity.AccessTokens;
import potluck.gateway.identity.Audit;
import potluck.gateway.identity.ChannelPreferences;
import potluck.gateway.identity.Invitations;
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

/**
 * The services that the routes around users need.
 *
 * @param createUsersOnExternalLogin whether a first login with an identity provider creates a user
 */
public record IdentityServices(
    Users users,
    UserAdmin userAdmin,
    UserSummaries userSummaries,
    PasswordHasher passwords,
    Sessions sessions,
    RefreshTokens refreshes,
    SessionQueries devices,
    SessionRevocations revocations,
    ResetLinks resetLinks,
    SetupLinks setupLinks,
    Registration registration,
    Invitations invitations,
    AccessTokens accessTokens,
    ApiKeys apiKeys,
    ApiKeyChanges keyChanges,
    LastUsedTracker lastUse,
    Audit audit,
    ExternalLogins logins,
    LinkedIdentities identities,
    ChannelPreferences channels,
    boolean createUsersOnExternalLogin) {}
