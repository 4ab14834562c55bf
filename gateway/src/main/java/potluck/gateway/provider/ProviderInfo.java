package potluck.gateway.provider;

/**
 * What a person who adds an account needs to know about a provider. Immutable.
 *
 * @param label its name for people
 * @param credential the kind of credential that its accounts have
 * @param hint where to get the credential and what the address looks like, in English; may be empty
 * @param hintZh the same in Chinese
 * @param keyPage the page on which the provider gives out credentials; may be empty
 */
public record ProviderInfo(
    String label, Credential credential, String hint, String hintZh, String keyPage) {

  /** Kinds of credentials. */
  public enum Credential {
    /** An API key. */
    KEY,
    /** An AWS access key, or a Bedrock API key. */
    AWS,
    /** The key file of a Google service account. */
    SERVICE_ACCOUNT,
    /** Tokens that the user's consent gives. */
    OAUTH
  }
}
