package potluck.server.api.account;

import potluck.gateway.account.Accounts;
import potluck.server.http.ApiError;

/**
 * How many accounts a user may bring: each costs the pool a look at every choice, and each that is
 * shared brings quota.
 *
 * @param max of one user's
 */
record AccountLimitCheck(Accounts accounts, int max) {

  /**
   * @throws ApiError 400 where this user has as many as there may be
   */
  void checkRoom(long owner) {
    checkRoom(owner, 0);
  }

  /**
   * @param meant that will have come before, and are not there yet
   * @throws ApiError 400 where there would be no room for one more
   */
  void checkRoom(long owner, int meant) {
    if (accounts.count(owner) + meant >= max) {
      throw new ApiError(
          400,
          "账号数量已达上限 " + max + "，请先删除一个",
          "You have " + max + " accounts, which is the most; delete one first.");
    }
  }
}
