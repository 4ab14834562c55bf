package potluck.gateway.quota;

/**
 * What a user's key used on another node. Sent between nodes as JSON. Immutable.
 *
 * @param user the user's id; negative for a team's id
 * @param key the key's id; 0 if none was used
 */
public record NodeUsage(long user, long key, long requests, long tokens, long costMicros) {
  NodeUsage plus(NodeUsage more) {
    return new NodeUsage(
        user, key, requests + more.requests, tokens + more.tokens, costMicros + more.costMicros);
  }
}
