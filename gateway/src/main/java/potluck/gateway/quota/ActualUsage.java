package potluck.gateway.quota;

/**
 * The actual use of a request. Immutable.
 *
 * @param quotaMicros amount taken from the quota, in millionths; 0 if a dedicated account served
 */
record ActualUsage(long tokens, long costMicros, long quotaMicros) {
  static final ActualUsage NONE = new ActualUsage(0, 0, 0);
}
