package potluck.gateway.account;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * A credential, or another text that must not be shown. Its {@code toString} is {@code ***}, so
 * that no log line, error or debugger shows it by accident. Immutable.
 */
public final class Secret {
  private final String text;

  public Secret(String text) {
    this.text = text;
  }

  /** The text itself. Call this as late as possible and do not store the result. */
  public String reveal() {
    return text;
  }

  public byte[] bytes() {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  public boolean isEmpty() {
    return text.isEmpty();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret && MessageDigest.isEqual(bytes(), secret.bytes());
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return "***";
  }
}
