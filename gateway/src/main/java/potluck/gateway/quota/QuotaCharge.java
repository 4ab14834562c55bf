package potluck.gateway.quota;

/**
 * The amount that a batch of posted rows takes from one quota. Immutable.
 *
 * @param micros in millionths, positive
 */
public record QuotaCharge(long user, String group, long micros) {}
