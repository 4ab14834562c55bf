package potluck.server.api.identity;

import java.time.Duration;

/**
 * What guessing of passwords is held to. Immutable.
 *
 * @param freeFailures failures in a row at one name that have no consequence
 * @param maxWait until one may try again
 * @param maxFailuresPerAddress within a minute
 */
public record LoginLimits(int freeFailures, Duration maxWait, int maxFailuresPerAddress) {}
