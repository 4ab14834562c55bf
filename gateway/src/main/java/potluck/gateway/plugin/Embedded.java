package potluck.gateway.plugin;

import java.util.SortedSet;
import potluck.gateway.identity.User;
import potluck.gateway.key.Caller;
import potluck.gateway.pool.Pool;

/** The pool in this program: every user is known to it already. */
public record Embedded(Pool pool) implements Plugin {
  @Override
  public void welcome(User user) {}

  @Override
  public SortedSet<String> models(Caller caller) {
    return pool.models(caller);
  }
}
