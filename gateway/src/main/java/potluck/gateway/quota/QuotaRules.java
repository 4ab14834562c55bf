package potluck.gateway.quota;

import java.time.Duration;

/**
 * The operator's settings for quotas. Amounts are millionths. Immutable.
 *
 * @param enforced whether an exhausted quota refuses shared accounts; otherwise it is only counted
 * @param maxWait how long a request may wait for others to settle if little is left
 * @param base the quota of every user, without sharing anything
 * @param baseRate recovery of the base quota per hour
 * @param accountQuota the quota of a whole account; sharing one credits twice that and raises the
 *     ceiling by as much, as in AntiHub
 * @param rate additional recovery per hour for each shared account
 * @param maxHeldTokens output tokens that a running request holds of limits and quotas at most
 */
public record QuotaRules(
    boolean enforced,
    Duration maxWait,
    long base,
    long baseRate,
    long accountQuota,
    long rate,
    long maxHeldTokens) {}
