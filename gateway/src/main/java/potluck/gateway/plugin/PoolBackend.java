package potluck.gateway.plugin;

import java.util.SortedSet;
import potluck.gateway.identity.User;
import potluck.gateway.key.Caller;

/**
 * Where the shared accounts are: in this program ({@link EmbeddedPool}), or at a Plug-in service
 * ({@link RemotePool}). What differs between the two and is no route stands here. Safe for use by
 * many threads.
 */
public interface PoolBackend {
  /** Somebody became a user, or logged in. Returns at once and never fails. */
  void onLogin(User user);

  /**
   * The public names of the models that this caller could use, in order.
   *
   * @throws potluck.dialect.model.FailureException where they cannot be known now
   */
  SortedSet<String> models(Caller caller);
}
