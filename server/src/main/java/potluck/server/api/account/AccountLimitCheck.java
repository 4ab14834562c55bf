package potluck.server.api.account;

import potluck.gateway.account.Accounts;
import potluck.server.http.ApiError;
import potluck.server.http.MessageKey;

/**
 * Limits the accounts of a user: each one costs time at every choice, and each shared one adds
 * quota.
 *
 * @param max accounts of one user
 */
record AccountLimitCheck(Accounts accounts, int max) {

  /**
   * Checks the limit for one more account.
   *
   * @throws ApiError 400 if the user has reached the limit
   */
  void checkRoom(long owner) {
    checkRoom(owner, 0);
  }

  /**
   * Checks the limit for one more account after others that are not stored yet.
   *
   * @param count accounts that will be added before
   * @throws ApiError 400 if the limit would be exceeded
   */
  void checkRoom(long owner, int count) {
    if (accounts.count(owner) + count >= max) {
      throw new ApiError(400, MessageKey.TOO_MANY_ACCOUNTS, max);
    }
  }
}
