package potluck.gateway.pool;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.AccountId;

/**
 * Which account holds the prompt cache of a conversation. It is a preference, not a lock: a choice
 * weighs it against load, errors and slowness. A conversation remembers two accounts, so that it
 * comes back after a short rest of the first, while the cache there is still warm. Guarded by the
 * pool's lock.
 */
final class Affinity {
  /** A cache that would have to be read afresh for less than a fifth of its length is as good. */
  private static final double PRIMARY_BONUS = 1.25;

  private final long cacheLifeMs;
  private final int maxConversations;
  private final Map<Key, WarmAccounts> conversations;

  /** One conversation, with one model: caches are not shared between models. */
  private record Key(long user, String model, String name) {}

  /**
   * @param life how long providers keep a prompt cache that is not used
   * @param most conversations that are remembered; the one that was quiet longest is forgotten
   */
  Affinity(Duration life, int most) {
    this.cacheLifeMs = life.toMillis();
    this.maxConversations = most;
    this.conversations = new LinkedHashMap<>(16, 0.75f, true);
  }

  /** Where a conversation is warm. */
  static final class WarmAccounts {
    private @Nullable Cache primary;
    private @Nullable Cache secondary;

    private record Cache(AccountId account, long tokens, long at) {}

    /** The length of the prefix that an account holds, in tokens; 0 where it holds none. */
    double cachedTokens(AccountId account, long now, long lifeMs) {
      if (primary != null && primary.account().equals(account)) {
        return now - primary.at() < lifeMs ? primary.tokens() * PRIMARY_BONUS : 0;
      }
      return secondary != null
              && secondary.account().equals(account)
              && now - secondary.at() < lifeMs
          ? secondary.tokens()
          : 0;
    }

    private void record(Cache cache, long lifeMs) {
      if (primary == null
          || cache.at() - primary.at() >= lifeMs
          || primary.account().equals(cache.account())) {
        primary = cache;
      } else {
        secondary = cache;
      }
    }
  }

  @Nullable WarmAccounts find(LeaseRequest want, String model) {
    return want.conversation() == null ? null : conversations.get(key(want, model));
  }

  /** How long an account keeps what it was sent, in milliseconds. */
  long cacheLifeMs() {
    return cacheLifeMs;
  }

  void record(LeaseRequest want, String model, AccountId account, long now) {
    if (want.conversation() == null) {
      return;
    }
    conversations
        .computeIfAbsent(key(want, model), _ -> new WarmAccounts())
        .record(new WarmAccounts.Cache(account, Math.max(1, want.tokens()), now), cacheLifeMs);
    if (conversations.size() > maxConversations) {
      var eldest = conversations.keySet().iterator();
      eldest.next();
      eldest.remove();
    }
  }

  private static Key key(LeaseRequest want, String model) {
    String name = String.valueOf(want.conversation());
    return new Key(want.user(), model, name.length() <= 256 ? name : name.substring(0, 256));
  }
}
