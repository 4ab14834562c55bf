package potluck.gateway.provider;

import potluck.gateway.account.Account;

/** Gives accounts the credential that their next request carries. Safe for use by many threads. */
public interface CredentialSource {
  /** Takes every credential as it is. */
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
   * The account with the credential of now. May wait for a provider where a token has expired.
   *
   * @throws NoCredential where there is none to be had
   */
  Account current(Account account, Provider provider) throws NoCredential;

  /**
   * The account with a credential that was got anew, where it is of the kind that can be.
   *
   * @throws NoCredential where there is none to be had
   */
  Account renew(Account account, Provider provider) throws NoCredential;
}
