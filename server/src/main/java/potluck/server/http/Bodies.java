package potluck.server.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Failure.Kind;
import potluck.dialect.model.Refused;

/** Reads request bodies within their bound. Safe for use by many threads. */
final class Bodies {
  private static final int BUFFER = 16 << 10;

  private final long most;

  /**
   * @param most bytes of a body, after it was unpacked
   */
  Bodies(long most) {
    this.most = most;
  }

  /**
   * The whole body, unpacked.
   *
   * @throws Refused (TOO_LARGE) beyond the bound, (UNSUPPORTED_MEDIA) packed in an unknown way
   */
  byte[] read(ServerRequest request) {
    try {
      return unpacked(request);
    } finally {
      Connections.incoming().patience().answer();
    }
  }

  private byte[] unpacked(ServerRequest request) {
    long declared = request.headers().contentLength().orElse(-1);
    if (declared > most) {
      throw tooLarge();
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
      return switch (encoding) {
        case "identity" -> declared >= 0 ? exactly(raw, (int) declared) : upTo(raw);
        case "gzip" -> upTo(new GZIPInputStream(raw, BUFFER));
        default ->
            throw new Refused(
                Kind.UNSUPPORTED_MEDIA,
                "Content-Encoding must be gzip or identity, not '" + encoding + "'.");
      };
    } catch (IOException e) {
      throw new Refused(Kind.INVALID, "The body could not be read to its end.");
    }
  }

  private static byte[] exactly(InputStream in, int length) throws IOException {
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new Refused(Kind.INVALID, "The body is shorter than its Content-Length.");
    }
    return body;
  }

  private byte[] upTo(InputStream in) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream(BUFFER);
    byte[] buffer = new byte[BUFFER];
    int read;
    while ((read = in.read(buffer)) >= 0) {
      body.write(buffer, 0, read);
      if (body.size() > most) {
        throw tooLarge();
      }
    }
    return body.toByteArray();
  }

  private Refused tooLarge() {
    return new Refused(
        Failure.of(
                Kind.TOO_LARGE,
                "The body is larger than "
                    + most
                    + " bytes; an operator can raise POTLUCK_MAX_BODY_BYTES.")
            .code("request_too_large"));
  }
}
