package potluck.dialect.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import org.jspecify.annotations.Nullable;
import potluck.dialect.wire.ByteSearch;

/**
 * Opaque state that must return to its maker: a signature, encrypted reasoning, a thought
 * signature. It is never read here. Immutable.
 *
 * @param dialectName the dialect that it belongs to
 * @param value as the upstream gave it
 */
public record ThoughtSignature(String dialectName, String value) {
  private static final String PREFIX = "potluck1-";
  private static final ByteSearch PACKED_PREFIX = new ByteSearch(PREFIX);

  /** Whether a request brings home seals that we packed, and so belong to another dialect. */
  public static boolean containsPacked(byte[] body) {
    return PACKED_PREFIX.indexIn(body, 0, body.length) >= 0;
  }

  /** Whether a field holds a seal that we packed. */
  public static boolean isPacked(String field) {
    return field.startsWith(PREFIX);
  }

  /** Whether it may be sent to an upstream of a dialect. */
  public boolean belongsTo(String dialect) {
    return dialectName.equals(dialect);
  }

  /** A form that another dialect's field can carry, and {@link #unpack} tells from its own. */
  public String pack() {
    return PREFIX
        + dialectName
        + "-"
        + Base64.getUrlEncoder().withoutPadding().encodeToString(value.getBytes(UTF_8));
  }

  /** The seal in a field of a client: packed by us, or native to the client's dialect. */
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
