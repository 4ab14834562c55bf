package potluck.gateway.plugin;

import java.util.SortedSet;
import potluck.gateway.identity.User;
import potluck.gateway.key.Caller;
import potluck.gateway.pool.Pool;

/** The pool in this program. It needs no users of its own. */
public record EmbeddedPool(Pool pool) implements PoolBackend {
  @Override
  public void onLogin(User user) {}

  @Override
  public SortedSet<String> models(Caller caller) {
    return pool.models(caller);
  }
}
