package potluck.gateway.plugin;

import java.util.SortedSet;
import potluck.dialect.model.FailureException;
import potluck.gateway.identity.User;
import potluck.gateway.key.Caller;

/**
 * Where the shared accounts are: in this program ({@link EmbeddedPool}) or at a Plug-in service
 * ({@link RemotePool}). Thread-safe.
 */
public interface PoolBackend {
  /** Called when a user registers or logs in. Returns at once and never throws. */
  void onLogin(User user);

  /**
   * The public names of the models that this caller could use, sorted.
   *
   * @throws FailureException if they cannot be determined now
   */
  SortedSet<String> models(Caller caller);
}
