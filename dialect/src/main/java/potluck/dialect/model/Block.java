package potluck.dialect.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A piece of a turn. Immutable. */
public sealed interface Block {
  record Text(String text) implements Block {}

  /**
   * An image, document or sound.
   *
   * @param mediaType media type, such as {@code image/png}; empty where only an address is known
   * @param base64 the content; null where it is at {@code url}
   * @param name of the file, where it has one
   * @param detail how closely an image is to be looked at; null where that is left open
   */
  record Media(
      String mediaType,
      @Nullable String base64,
      @Nullable String url,
      @Nullable String name,
      @Nullable String detail)
      implements Block {
    public Media(
        String mediaType, @Nullable String base64, @Nullable String url, @Nullable String name) {
      this(mediaType, base64, url, name, null);
    }

    /** The same, to be looked at that closely; {@code auto} says nothing. */
    public Media detail(@Nullable String wanted) {
      return new Media(mediaType, base64, url, name, "auto".equals(wanted) ? null : wanted);
    }

    public boolean isImage() {
      return mediaType.startsWith("image/") || (mediaType.isEmpty() && name == null);
    }

    /** An address that contains the content where there is no other. */
    public String urlOrDataUrl() {
      return url != null ? url : "data:" + mediaType + ";base64," + base64;
    }

    /** Takes a {@code data:} address apart; any other is kept as it is. */
    public static Media fromUrl(String address, String type, @Nullable String name) {
      int comma = address.indexOf(";base64,");
      if (!address.startsWith("data:") || comma < 0) {
        return new Media(type, null, address, name);
      }
      String named = address.substring(5, comma);
      return new Media(named, address.substring(comma + 8), null, name);
    }
  }

  /**
   * A call of a function.
   *
   * @param arguments a JSON object as text
   * @param signature what the upstream attached to it
   */
  record ToolCall(String id, String name, String arguments, @Nullable ThoughtSignature signature)
      implements Block {}

  /**
   * What a call gave.
   *
   * @param id of the call
   * @param isError whether it failed
   */
  record ToolResult(String id, List<Block> content, boolean isError) implements Block {
    public String text() {
      return new Turn(Turn.Role.USER, content).text();
    }
  }

  /**
   * What the model thought.
   *
   * @param text may be empty: some providers show the seal only
   */
  record Thought(String text, @Nullable ThoughtSignature signature) implements Block {}
}
