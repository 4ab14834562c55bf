package potluck.gateway.meter;

/**
 * What a request costs its user. Immutable.
 *
 * @param costMicros by the price list, in micro-USD; {@link #UNKNOWN} where the model has no price
 * @param quotaMicros taken from the quota, in millionths; 0 where a dedicated account served
 * @param reportedMicros what the provider says that it cost, in micro-USD; {@link #UNKNOWN} where
 *     it says nothing
 * @param group of models whose quota it is; empty where nothing was served
 */
public record Charge(long costMicros, long quotaMicros, long reportedMicros, String group) {
  public static final long UNKNOWN = -1;
  public static final Charge NONE = new Charge(0, 0, UNKNOWN, "");

  /** The provider's word and ours differ by more than a factor of two. */
  public boolean isDisputed() {
    return costMicros > 0
        && reportedMicros > 0
        && (reportedMicros / 2 > costMicros || costMicros / 2 > reportedMicros);
  }
}
