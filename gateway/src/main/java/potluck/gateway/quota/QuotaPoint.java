package potluck.gateway.quota;

import java.time.Instant;

/**
 * What is left of a quota at a moment. Two points at one moment are the values before and after a
 * step.
 *
 * @param left in millionths
 */
public record QuotaPoint(Instant at, long left) {}
