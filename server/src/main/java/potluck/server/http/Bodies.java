package potluck.server.http;

import io.helidon.common.buffers.DataReader;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.zip.GZIPInputStream;
import potluck.dialect.Skimming;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Failure.Kind;
import potluck.dialect.model.Refused;
import potluck.dialect.wire.Peek;
import potluck.dialect.wire.StrictJson;

/** Reads request bodies within their bounds. Safe for use by many threads. */
final class Bodies {
  private static final int BUFFER = 16 << 10;

  /** Where the length is said, most bodies are not copied to a larger place while they come. */
  private static final int USUAL = 128 << 10;

  private final Fence fence;
  private final BodyRoom room;

  Bodies(Fence fence) {
    this.fence = fence;
    this.room = new BodyRoom(fence.bodiesBytes());
  }

  /** Room for one request's body, to be closed when the request is over. */
  BodyRoom.Share open() {
    return room.open();
  }

  /** Bytes of bodies that are in memory now. */
  long held() {
    return room.taken();
  }

  /**
   * The whole body, unpacked.
   *
   * @param policy of the route
   * @throws Refused (TOO_LARGE) beyond the bound, (UNSUPPORTED_MEDIA) packed in an unknown way,
   *     (UNAVAILABLE) where others take all the room
   */
  byte[] read(ServerRequest request, BodyRoom.Share share, Policy policy) {
    boolean whole = false;
    try {
      byte[] body = unpacked(request, share, policy == Policy.PUBLIC);
      whole = true;
      if (policy == Policy.MODEL) {
        notTooDeep(body);
      }
      return body;
    } finally {
      if (!whole) {
        // Where a next request would begin is not known.
        Connections.incoming().spoil();
      }
      Connections.incoming().patience().answer();
    }
  }

  /** Dialects have a bound of their own; only a nearer one is looked at before. */
  private void notTooDeep(byte[] body) {
    int first = Peek.space(body, 0, body.length);
    if (fence.jsonDepth() < StrictJson.DEPTH && first < body.length && body[first] == '{') {
      Skimming.check(body, fence.jsonDepth());
    }
  }

  private byte[] unpacked(ServerRequest request, BodyRoom.Share share, boolean anybody) {
    long most = anybody ? fence.publicBodyBytes() : fence.bodyBytes();
    long declared = request.headers().contentLength().orElse(-1);
    if (declared > most) {
      throw tooLarge(anybody, most);
    }
    if (!request.content().hasEntity()) {
      return new byte[0];
    }
    String encoding =
        request
            .headers()
            .first(HeaderNames.CONTENT_ENCODING)
            .orElse("identity")
            .toLowerCase(Locale.ROOT);
    try (InputStream raw = request.content().inputStream()) {
      Supplier<Refused> beyond = () -> tooLarge(anybody, most);
      byte[] body =
          switch (encoding) {
            case "identity" ->
                declared >= 0
                    ? whole(raw, USUAL, declared, share, beyond)
                    : whole(raw, BUFFER, most, share, beyond);
            case "gzip" -> whole(new GZIPInputStream(raw, BUFFER), BUFFER, most, share, beyond);
            default ->
                throw new Refused(
                    Kind.UNSUPPORTED_MEDIA,
                    "Content-Encoding must be gzip or identity, not '" + encoding + "'.");
          };
      if (body.length < declared && encoding.equals("identity")) {
        throw new Refused(Kind.INVALID, "The body is shorter than its Content-Length.");
      }
      return body;
    } catch (IOException | UncheckedIOException | DataReader.InsufficientDataAvailableException e) {
      throw new Refused(Kind.INVALID, "The body could not be read to its end.");
    }
  }

  /**
   * All there is. Room is taken as bytes arrive: who only says that much will come takes none.
   *
   * @param first bytes to make room for at once
   * @param expected bytes at most
   */
  private static byte[] whole(
      InputStream in, int first, long expected, BodyRoom.Share share, Supplier<Refused> tooLarge)
      throws IOException {
    byte[] body = new byte[(int) Math.min(first, expected)];
    share.take(body.length);
    int length = 0;
    while (true) {
      if (length == body.length) {
        if (length == expected) {
          if (in.read() >= 0) {
            throw tooLarge.get();
          }
          return body;
        }
        int larger = (int) Math.min(2L * length, expected);
        share.take(larger - length);
        body = Arrays.copyOf(body, larger);
      }
      int read = in.read(body, length, body.length - length);
      if (read < 0) {
        return Arrays.copyOf(body, length);
      }
      length += read;
    }
  }

  private static Refused tooLarge(boolean anybody, long most) {
    return new Refused(
        Failure.of(
                Kind.TOO_LARGE,
                "The body is larger than "
                    + most
                    + " bytes; an operator can raise "
                    + (anybody ? "POTLUCK_MAX_PUBLIC_BODY_BYTES." : "POTLUCK_MAX_BODY_BYTES."))
            .code("request_too_large"));
  }
}
