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
  private static final double HOME = 1.25;

  private final long lifeMs;
  private final int most;
  private final Map<Key, Warm> conversations;

  /** One conversation, with one model: caches are not shared between models. */
  private record Key(long user, String model, String name) {}

  /**
   * @param life how long providers keep a prompt cache that is not used
   * @param most conversations that are remembered; the one that was quiet longest is forgotten
   */
  Affinity(Duration life, int most) {
    this.lifeMs = life.toMillis();
    this.most = most;
    this.conversations = new LinkedHashMap<>(16, 0.75f, true);
  }

  /** Where a conversation is warm. */
  static final class Warm {
    private @Nullable Cache home;
    private @Nullable Cache guest;

    private record Cache(AccountId account, long tokens, long at) {}

    /** The length of the prefix that an account holds, in tokens; 0 where it holds none. */
    double tokens(AccountId account, long now, long lifeMs) {
      if (home != null && home.account().equals(account)) {
        return now - home.at() < lifeMs ? home.tokens() * HOME : 0;
      }
      return guest != null && guest.account().equals(account) && now - guest.at() < lifeMs
          ? guest.tokens()
          : 0;
    }

    private void used(Cache cache, long lifeMs) {
      if (home == null
          || cache.at() - home.at() >= lifeMs
          || home.account().equals(cache.account())) {
        home = cache;
      } else {
        guest = cache;
      }
    }
  }

  @Nullable Warm find(Want want, String model) {
    return want.conversation() == null ? null : conversations.get(key(want, model));
  }

  /** How long an account keeps what it was sent, in milliseconds. */
  long lifeMs() {
    return lifeMs;
  }

  void used(Want want, String model, AccountId account, long now) {
    if (want.conversation() == null) {
      return;
    }
    conversations
        .computeIfAbsent(key(want, model), _ -> new Warm())
        .used(new Warm.Cache(account, Math.max(1, want.tokens()), now), lifeMs);
    if (conversations.size() > most) {
      var eldest = conversations.keySet().iterator();
      eldest.next();
      eldest.remove();
    }
  }

  private static Key key(Want want, String model) {
    String name = String.valueOf(want.conversation());
    return new Key(want.user(), model, name.length() <= 256 ? name : name.substring(0, 256));
  }
}
