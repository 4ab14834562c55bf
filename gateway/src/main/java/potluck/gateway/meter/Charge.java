package potluck.gateway.meter;

/**
 * The cost of a request and what it takes from a quota. Immutable.
 *
 * @param costMicros cost by the price list in micro-USD; {@link #UNKNOWN} if the model has no price
 * @param quotaMicros amount taken from the quota, in millionths; 0 if a dedicated account served
 * @param reportedMicros cost reported by the provider in micro-USD; {@link #UNKNOWN} if it reports
 *     none
 * @param group the model group whose quota is charged; empty if nothing was served
 */
public record Charge(long costMicros, long quotaMicros, long reportedMicros, String group) {
  public static final long UNKNOWN = -1;
  public static final Charge NONE = new Charge(0, 0, UNKNOWN, "");

  /** Whether the reported cost and ours differ by more than a factor of two. */
  public boolean isDisputed() {
    return costMicros > 0
        && reportedMicros > 0
        && (reportedMicros / 2 > costMicros || costMicros / 2 > reportedMicros);
  }
}
