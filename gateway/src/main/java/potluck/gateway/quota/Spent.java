package potluck.gateway.quota;

/**
 * What a request used in the end. Immutable.
 *
 * @param quotaMicros of the quota, in millionths; 0 where a dedicated account served
 */
record Spent(long tokens, long costMicros, long quotaMicros) {
  static final Spent NOTHING = new Spent(0, 0, 0);
}
