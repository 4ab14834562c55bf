package potluck.gateway.meter;

/**
 * One attempt to serve a request with one account, successful or not. Immutable.
 *
 * @param account the account's id, 32 hex digits
 * @param status the upstream's HTTP status; 0 if there was no response
 * @param milliseconds from leasing the account to the outcome
 * @param outcome served, caller-fault, another or gone
 * @param reason why this account was chosen, in numbers; contains no quotes
 */
public record Attempt(
    String account, int status, long milliseconds, String outcome, String reason) {}
