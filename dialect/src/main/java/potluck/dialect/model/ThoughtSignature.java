package potluck.dialect.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import org.jspecify.annotations.Nullable;
import potluck.dialect.wire.ByteSearch;

/**
 * Opaque state that must be sent back to the provider that made it: a signature, encrypted
 * reasoning, or Gemini's thought signature. It is never interpreted here. Immutable.
 *
 * @param dialectName dialect that made it
 * @param value as the upstream sent it
 */
public record ThoughtSignature(String dialectName, String value) {
  private static final String PREFIX = "potluck1-";
  private static final ByteSearch PACKED_PREFIX = new ByteSearch(PREFIX);

  /**
   * Whether a request contains signatures that {@link #pack} wrote, which come from another
   * dialect.
   */
  public static boolean containsPacked(byte[] body) {
    return PACKED_PREFIX.indexIn(body, 0, body.length) >= 0;
  }

  /** Whether the value of a field was written by {@link #pack}. */
  public static boolean isPacked(String field) {
    return field.startsWith(PREFIX);
  }

  /** Whether it may be sent to an upstream of the dialect. */
  public boolean belongsTo(String dialect) {
    return dialectName.equals(dialect);
  }

  /**
   * Text that a field of another dialect can carry. {@link #unpack} distinguishes it from that
   * dialect's own signatures.
   */
  public String pack() {
    return PREFIX
        + dialectName
        + "-"
        + Base64.getUrlEncoder().withoutPadding().encodeToString(value.getBytes(UTF_8));
  }

  /**
   * Reads the signature in a field of a client: one that {@link #pack} wrote, else one of the
   * client's own dialect. Null if the field is empty or damaged.
   */
  public static @Nullable ThoughtSignature unpack(String field, String dialect) {
    if (field.isEmpty()) {
      return null;
    }
    int dash = field.indexOf('-', PREFIX.length());
    if (!field.startsWith(PREFIX) || dash < 0) {
      return new ThoughtSignature(dialect, field);
    }
    try {
      byte[] value = Base64.getUrlDecoder().decode(field.substring(dash + 1));
      return new ThoughtSignature(field.substring(PREFIX.length(), dash), new String(value, UTF_8));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
