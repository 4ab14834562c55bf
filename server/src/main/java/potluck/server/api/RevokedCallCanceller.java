package potluck.server.api;

import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import potluck.dialect.model.Failure;
import potluck.gateway.identity.Sessions;
import potluck.gateway.identity.User;
import potluck.gateway.identity.Users;
import potluck.gateway.key.ApiKeys;
import potluck.gateway.key.Caller;
import potluck.gateway.store.ChangeFeed;
import potluck.gateway.store.ChangeFeed.Change;
import potluck.gateway.store.ChangeFeed.Topic;
import potluck.server.http.InFlightCalls;

/**
 * Cancels running model calls whose credential was revoked: a deleted key, or a user who was
 * disabled, silenced or logged out. The change feed reaches every node within two seconds.
 */
final class RevokedCallCanceller {
  private static final Logger LOG = LoggerFactory.getLogger(RevokedCallCanceller.class);

  private static final Failure REVOKED =
      Failure.of(
          Failure.Kind.FORBIDDEN, "The credential of this request was revoked while it ran.");

  private final InFlightCalls inFlightCalls;
  private final Users users;
  private final Sessions sessions;
  private final ApiKeys keys;
  private final ChangeFeed changes;

  RevokedCallCanceller(
      InFlightCalls inFlightCalls,
      Users users,
      Sessions sessions,
      ApiKeys keys,
      ChangeFeed changes) {
    this.inFlightCalls = inFlightCalls;
    this.users = users;
    this.sessions = sessions;
    this.keys = keys;
    this.changes = changes;
  }

  void start() {
    changes.listen(
        change -> {
          boolean matters =
              change.topic() == Topic.KEY
                  || change.topic() == Topic.USER
                  || change.topic() == Topic.SESSION;
          if (matters && inFlightCalls.anyMatch(caller -> isAbout(change, caller))) {
            Thread.ofVirtual().name("revoked-calls").start(() -> cancelRevoked(change));
          }
        });
  }

  private static boolean isAbout(Change change, Caller caller) {
    return switch (change.topic()) {
      case KEY -> caller.key() != null && change.id().equals(Long.toString(caller.key().id()));
      case USER -> change.id().equals(Long.toString(caller.user().id()));
      case SESSION ->
          caller.claims() != null && change.id().equals(caller.claims().session().toString());
      default -> false;
    };
  }

  private void cancelRevoked(Change change) {
    try {
      inFlightCalls.cancel(caller -> isAbout(change, caller) && !isStillValid(caller), REVOKED);
    } catch (RuntimeException e) {
      LOG.warn("running calls could not be checked: {}", e.getMessage());
    }
  }

  private boolean isStillValid(Caller caller) {
    Optional<User> user = users.find(caller.user().id());
    if (user.isEmpty() || !user.get().active() || user.get().silenced()) {
      return false;
    }
    if (caller.key() != null) {
      return keys.isActive(caller.key().id());
    }
    return caller.claims() == null
        || (caller.claims().epoch() == user.get().epoch()
            && sessions.isActive(caller.claims().session()));
  }
}
