package potluck.server.api.identity;

import potluck.gateway.identity.AccessTokens;
import potluck.gateway.identity.Audit;
import potluck.gateway.identity.Channels;
import potluck.gateway.identity.Devices;
import potluck.gateway.identity.Invitations;
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

/**
 * What the routes about people and their credentials are made of.
 *
 * @param newUsersByLogin whether somebody who comes from another house for the first time is let in
 */
public record People(
    Users users,
    Roster roster,
    Passwords passwords,
    Sessions sessions,
    Refreshes refreshes,
    Devices devices,
    Revocations revocations,
    ResetLinks resetLinks,
    SetupLinks setupLinks,
    Registration registration,
    Invitations invitations,
    AccessTokens access,
    ApiKeys keys,
    LastUse lastUse,
    Audit audit,
    Logins logins,
    Identities identities,
    Channels channels,
    boolean newUsersByLogin) {}
