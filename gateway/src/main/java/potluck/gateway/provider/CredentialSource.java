package potluck.gateway.provider;

import potluck.gateway.account.Account;

/** Gives accounts the credential that their next request is sent with. Thread-safe. */
public interface CredentialSource {
  /** Uses every credential as it is. */
  CredentialSource UNCHANGED =
      new CredentialSource() {
        @Override
        public Account current(Account account, Provider provider) {
          return account;
        }

        @Override
        public Account renew(Account account, Provider provider) {
          return account;
        }
      };

  /**
   * The account with its current credential. May wait for a provider if a token has expired.
   *
   * @throws NoCredential if the account has no usable credential
   */
  Account current(Account account, Provider provider) throws NoCredential;

  /**
   * The account with a renewed credential, if it is of a kind that can be renewed.
   *
   * @throws NoCredential if the account has no usable credential
   */
  Account renew(Account account, Provider provider) throws NoCredential;
}
