package potluck.gateway.quota;

/**
 * What a request is expected to use. Immutable.
 *
 * @param quotaMicros of the quota, in millionths
 */
record Estimate(long tokens, long costMicros, long quotaMicros) {}
