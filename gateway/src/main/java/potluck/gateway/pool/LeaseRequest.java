package potluck.gateway.pool;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.AccountId;
import potluck.gateway.key.Caller;
import potluck.gateway.route.ModelRoute;

/**
 * What a request wants of the pool. Immutable.
 *
 * @param tried accounts that this request has tried already
 * @param conversation what names the conversation in the request; null where nothing does. It is
 *     bound to the user here, so that nobody is led by another's conversations
 * @param tokens about how long the request is: what a warm prompt cache is worth
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
