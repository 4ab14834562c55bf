package potluck.gateway.pool;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.AccountId;
import potluck.gateway.key.Caller;
import potluck.gateway.route.ModelRoute;

/**
 * What a request needs from the pool. Immutable.
 *
 * @param tried accounts that this request has tried already
 * @param conversation identifies the conversation, within the user; null if the request has no such
 *     id
 * @param tokens approximate length of the request in tokens: the value of a warm prompt cache
 */
public record LeaseRequest(
    ModelRoute route,
    Caller caller,
    Set<AccountId> tried,
    @Nullable String conversation,
    long tokens) {

  public static LeaseRequest of(ModelRoute route, Caller caller) {
    return new LeaseRequest(route, caller, Set.of(), null, 0);
  }

  long user() {
    return caller.user().id();
  }
}
