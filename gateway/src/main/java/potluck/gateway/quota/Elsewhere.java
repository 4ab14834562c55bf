package potluck.gateway.quota;

/**
 * What a user's key has used at another node. Immutable.
 *
 * @param key the key's id; 0 where none was used
 */
public record Elsewhere(long user, long key, long requests, long tokens, long costMicros) {
  Elsewhere and(Elsewhere more) {
    return new Elsewhere(
        user, key, requests + more.requests, tokens + more.tokens, costMicros + more.costMicros);
  }
}
