package potluck.gateway.pool;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.AccountId;

/**
 * Remembers which accounts hold the prompt cache of a conversation. It is a preference, not a lock:
 * {@link Choice} weighs it against load, errors and slowness. Each conversation remembers two
 * accounts, so that it returns to the first after a short cooldown while the cache there is still
 * warm. Guarded by the pool's lock.
 */
final class Affinity {
  /**
   * Factor in favour of the primary account: the secondary wins only if its cache is more than a
   * quarter longer.
   */
  private static final double PRIMARY_BONUS = 1.25;

  private final long cacheLifeMs;
  private final int maxConversations;
  private final Map<Key, WarmAccounts> conversations;

  /** One conversation with one model; caches are not shared between models. */
  private record Key(long user, String model, String name) {}

  /**
   * @param life how long providers keep an unused prompt cache
   * @param maxConversations number of conversations to remember; the one unused longest is
   *     forgotten first
   */
  Affinity(Duration life, int maxConversations) {
    this.cacheLifeMs = life.toMillis();
    this.maxConversations = maxConversations;
    this.conversations = new LinkedHashMap<>(16, 0.75f, true);
  }

  /** The accounts that hold a conversation's cache. */
  static final class WarmAccounts {
    private @Nullable Cache primary;
    private @Nullable Cache secondary;

    private record Cache(AccountId account, long tokens, long at) {}

    /**
     * Length of the cached prefix at an account, in tokens, weighted; 0 if the account holds none.
     */
    double cachedTokens(AccountId account, long now, long cacheLifeMs) {
      if (primary != null && primary.account().equals(account)) {
        return now - primary.at() < cacheLifeMs ? primary.tokens() * PRIMARY_BONUS : 0;
      }
      return secondary != null
              && secondary.account().equals(account)
              && now - secondary.at() < cacheLifeMs
          ? secondary.tokens()
          : 0;
    }

    private void record(Cache cache, long cacheLifeMs) {
      if (primary == null
          || cache.at() - primary.at() >= cacheLifeMs
          || primary.account().equals(cache.account())) {
        primary = cache;
      } else {
        secondary = cache;
      }
    }
  }

  @Nullable WarmAccounts find(LeaseRequest request, String model) {
    return request.conversation() == null ? null : conversations.get(key(request, model));
  }

  /** How long an account keeps a cache, in milliseconds. */
  long cacheLifeMs() {
    return cacheLifeMs;
  }

  void record(LeaseRequest request, String model, AccountId account, long now) {
    if (request.conversation() == null) {
      return;
    }
    conversations
        .computeIfAbsent(key(request, model), _ -> new WarmAccounts())
        .record(new WarmAccounts.Cache(account, Math.max(1, request.tokens()), now), cacheLifeMs);
    if (conversations.size() > maxConversations) {
      var eldest = conversations.keySet().iterator();
      eldest.next();
      eldest.remove();
    }
  }

  private static Key key(LeaseRequest request, String model) {
    String name = String.valueOf(request.conversation());
    return new Key(request.user(), model, name.length() <= 256 ? name : name.substring(0, 256));
  }
}
