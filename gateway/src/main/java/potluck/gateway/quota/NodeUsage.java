package potluck.gateway.quota;

/**
 * What a user's key has used at another node. Immutable.
 *
 * @param key the key's id; 0 where none was used
 */
public record NodeUsage(long user, long key, long requests, long tokens, long costMicros) {
  NodeUsage plus(NodeUsage more) {
    return new NodeUsage(
        user, key, requests + more.requests, tokens + more.tokens, costMicros + more.costMicros);
  }
}
