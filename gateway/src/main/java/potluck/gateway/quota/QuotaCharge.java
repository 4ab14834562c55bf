package potluck.gateway.quota;

/**
 * What a batch of posted rows takes from one quota. Immutable.
 *
 * @param micros in millionths, positive
 */
public record QuotaCharge(long user, String group, long micros) {}
