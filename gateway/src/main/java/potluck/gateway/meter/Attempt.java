package potluck.gateway.meter;

/**
 * One try at one account, whether or not it was the one that served. Immutable.
 *
 * @param account the account's id, 32 hex digits
 * @param status the upstream's status, or 0 where it gave none
 * @param milliseconds from choosing the account to knowing what came of it
 * @param outcome served, caller-fault, another or gone
 * @param reason why this account was chosen, in figures; without quotes
 */
public record Attempt(
    String account, int status, long milliseconds, String outcome, String reason) {}
