package potluck.gateway.quota;

/**
 * What a request used in the end. Immutable.
 *
 * @param quotaMicros of the quota, in millionths; 0 where a dedicated account served
 */
record ActualUsage(long tokens, long costMicros, long quotaMicros) {
  static final ActualUsage NONE = new ActualUsage(0, 0, 0);
}
