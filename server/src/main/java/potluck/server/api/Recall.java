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
import potluck.gateway.store.Changes;
import potluck.gateway.store.Changes.Change;
import potluck.gateway.store.Changes.What;
import potluck.server.http.Watch;

/**
 * Ends running model calls of those who lost the right to them: a key that was revoked, a user who
 * was disabled, silenced or logged out. The feed of changes tells every node within two seconds.
 */
final class Recall {
  private static final Logger LOG = LoggerFactory.getLogger(Recall.class);

  private static final Failure REVOKED =
      Failure.of(
          Failure.Kind.FORBIDDEN, "The credential of this request was revoked while it ran.");

  private final Watch watch;
  private final Users users;
  private final Sessions sessions;
  private final ApiKeys keys;
  private final Changes changes;

  Recall(Watch watch, Users users, Sessions sessions, ApiKeys keys, Changes changes) {
    this.watch = watch;
    this.users = users;
    this.sessions = sessions;
    this.keys = keys;
    this.changes = changes;
  }

  void start() {
    changes.listen(
        change -> {
          boolean matters =
              change.what() == What.KEY
                  || change.what() == What.USER
                  || change.what() == What.SESSION;
          if (matters && watch.concerns(caller -> concerns(change, caller))) {
            Thread.ofVirtual().name("recall").start(() -> recall(change));
          }
        });
  }

  private static boolean concerns(Change change, Caller caller) {
    return switch (change.what()) {
      case KEY -> caller.key() != null && change.name().equals(Long.toString(caller.key().id()));
      case USER -> change.name().equals(Long.toString(caller.user().id()));
      case SESSION ->
          caller.claims() != null && change.name().equals(caller.claims().session().toString());
      default -> false;
    };
  }

  private void recall(Change change) {
    try {
      watch.recall(caller -> concerns(change, caller) && !stillGood(caller), REVOKED);
    } catch (RuntimeException e) {
      LOG.warn("running calls could not be looked at: {}", e.getMessage());
    }
  }

  private boolean stillGood(Caller caller) {
    Optional<User> user = users.find(caller.user().id());
    if (user.isEmpty() || !user.get().active() || user.get().silenced()) {
      return false;
    }
    if (caller.key() != null) {
      return keys.alive(caller.key().id());
    }
    return caller.claims() == null
        || (caller.claims().epoch() == user.get().epoch()
            && sessions.alive(caller.claims().session()));
  }
}
