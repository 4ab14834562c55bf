package potluck.dialect.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import org.jspecify.annotations.Nullable;
import potluck.dialect.wire.Needle;

/**
 * Opaque state that must return to its maker: a signature, encrypted reasoning, a thought
 * signature. It is never read here. Immutable.
 *
 * @param origin the dialect that it belongs to
 * @param value as the upstream gave it
 */
public record Seal(String origin, String value) {
  private static final String PREFIX = "potluck1-";
  private static final Needle PACKED = new Needle(PREFIX);

  /** Whether a request brings home seals that we packed, and so belong to another dialect. */
  public static boolean packedIn(byte[] body) {
    return PACKED.in(body, 0, body.length) >= 0;
  }

  /** Whether a field holds a seal that we packed. */
  public static boolean isPacked(String field) {
    return field.startsWith(PREFIX);
  }

  /** Whether it may be sent to an upstream of a dialect. */
  public boolean belongsTo(String dialect) {
    return origin.equals(dialect);
  }

  /** A form that another dialect's field can carry, and {@link #open} tells from its own. */
  public String pack() {
    return PREFIX
        + origin
        + "-"
        + Base64.getUrlEncoder().withoutPadding().encodeToString(value.getBytes(UTF_8));
  }

  /** The seal in a field of a client: packed by us, or native to the client's dialect. */
  public static @Nullable Seal open(String field, String dialect) {
    if (field.isEmpty()) {
      return null;
    }
    int dash = field.indexOf('-', PREFIX.length());
    if (!field.startsWith(PREFIX) || dash < 0) {
      return new Seal(dialect, field);
    }
    try {
      byte[] value = Base64.getUrlDecoder().decode(field.substring(dash + 1));
      return new Seal(field.substring(PREFIX.length(), dash), new String(value, UTF_8));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
