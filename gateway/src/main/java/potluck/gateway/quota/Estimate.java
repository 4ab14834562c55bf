package potluck.gateway.quota;

/**
 * The estimated use of a request. Immutable.
 *
 * @param quotaMicros amount taken from the quota, in millionths
 */
record Estimate(long tokens, long costMicros, long quotaMicros) {}
