package potluck.dialect;

/**
 * What the house wants of a translation, beyond what the request says. Immutable.
 *
 * @param strict whether a request that cannot be carried whole is refused instead
 * @param maxTokens the bound on an answer where the upstream demands one and the caller gave none,
 *     in tokens
 * @param whole whether a stream to an Anthropic client is held back until its usage is known
 * @param seals where seals are kept for clients that drop them
 */
public record Options(boolean strict, int maxTokens, boolean whole, Keepsakes seals) {
  public static final Options DEFAULT = new Options(false, 8192, false, Keepsakes.NONE);
}
