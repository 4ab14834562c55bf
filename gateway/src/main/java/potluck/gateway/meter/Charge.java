package potluck.gateway.meter;

/**
 * What a request costs its user. Immutable.
 *
 * @param costMicros by the price list, in micro-USD; {@link #UNKNOWN} where the model has no price
 * @param quotaMicros taken from the quota, in millionths; 0 where a dedicated account served
 * @param group of models whose quota it is; empty where nothing was served
 */
public record Charge(long costMicros, long quotaMicros, String group) {
  public static final long UNKNOWN = -1;
  public static final Charge NONE = new Charge(0, 0, "");
}
