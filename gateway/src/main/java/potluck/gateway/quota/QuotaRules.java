package potluck.gateway.quota;

import java.time.Duration;

/**
 * How quotas work here, as the operator decided. Amounts are millionths. Immutable.
 *
 * @param enforced whether a spent quota refuses shared accounts; else it is only counted
 * @param maxWait how long a request may wait for others to settle where little is left
 * @param base what everybody has without sharing anything
 * @param baseRate what of it grows back in an hour
 * @param accountQuota what a whole account amounts to; sharing one gives twice that, and raises the
 *     ceiling by as much. Source: the contract, 4.7
 * @param rate what grows back in an hour for each shared account
 */
public record QuotaRules(
    boolean enforced, Duration maxWait, long base, long baseRate, long accountQuota, long rate) {}
