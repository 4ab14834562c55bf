package potluck.dialect.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A piece of a {@link Turn}. Immutable. */
public sealed interface Block {
  /** Plain text. */
  record Text(String text) implements Block {}

  /**
   * An image, document or audio file.
   *
   * @param mediaType such as {@code image/png}; empty if only a URL is known
   * @param base64 the content; null if it is at {@code url}
   * @param url address of the content; null if it is in {@code base64}
   * @param name file name; null if unknown
   * @param detail how closely the model shall look at an image, such as {@code low} or {@code
   *     high}; null for the provider's default
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

    /** The same media with a level of detail; {@code auto} means the provider's default. */
    public Media detail(@Nullable String level) {
      return new Media(mediaType, base64, url, name, "auto".equals(level) ? null : level);
    }

    public boolean isImage() {
      return mediaType.startsWith("image/") || (mediaType.isEmpty() && name == null);
    }

    /** The URL of the content; a {@code data:} URL if the content is inline. */
    public String urlOrDataUrl() {
      return url != null ? url : "data:" + mediaType + ";base64," + base64;
    }

    /**
     * Creates media from a URL. The content of a {@code data:} URL is extracted; any other URL is
     * kept.
     *
     * @param type media type, used if the URL has none
     */
    public static Media fromUrl(String address, String type, @Nullable String name) {
      int comma = address.indexOf(";base64,");
      if (!address.startsWith("data:") || comma < 0) {
        return new Media(type, null, address, name);
      }
      String mediaType = address.substring(5, comma);
      return new Media(mediaType, address.substring(comma + 8), null, name);
    }
  }

  /**
   * A call of a tool.
   *
   * @param id identifies the call in its result
   * @param arguments a JSON object as text
   * @param signature signature that the upstream attached to the call; null if none
   */
  record ToolCall(String id, String name, String arguments, @Nullable ThoughtSignature signature)
      implements Block {}

  /**
   * The result of a tool call.
   *
   * @param id of the call
   * @param isError whether the call failed
   */
  record ToolResult(String id, List<Block> content, boolean isError) implements Block {
    public String text() {
      return new Turn(Turn.Role.USER, content).text();
    }

    /** The text, with a mark for dialects that have no field for failed calls. */
    public String textWithErrorMark() {
      String text = text();
      return isError && !text.startsWith("Error") ? "Error: " + text : text;
    }
  }

  /**
   * A thought (reasoning) of the model.
   *
   * @param text may be empty: some providers show only the signature
   * @param signature null if the thought is not signed
   */
  record Thought(String text, @Nullable ThoughtSignature signature) implements Block {}
}
