package potluck.server.api.account;

import potluck.gateway.account.Accounts;
import potluck.server.http.ApiError;

/**
 * How many accounts a user may bring: each costs the pool a look at every choice, and each that is
 * shared brings quota.
 *
 * @param most of one user's
 */
record AccountBound(Accounts accounts, int most) {

  /**
   * @throws ApiError 400 where this user has as many as there may be
   */
  void room(long owner) {
    room(owner, 0);
  }

  /**
   * @param meant that will have come before, and are not there yet
   * @throws ApiError 400 where there would be no room for one more
   */
  void room(long owner, int meant) {
    if (accounts.count(owner) + meant >= most) {
      throw new ApiError(
          400,
          "账号数量已达上限 " + most + "，请先删除一个",
          "You have " + most + " accounts, which is the most; delete one first.");
    }
  }
}
