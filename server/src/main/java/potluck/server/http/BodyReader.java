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
import potluck.dialect.RequestScan;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Failure.Kind;
import potluck.dialect.model.FailureException;
import potluck.dialect.wire.JsonScanner;
import potluck.dialect.wire.StrictJson;

/** Reads request bodies within their limits. Thread-safe. */
final class BodyReader {
  private static final int BUFFER = 16 << 10;

  /** With a Content-Length, most bodies fit without being copied. */
  private static final int INITIAL_BUFFER = 128 << 10;

  private final ServerLimits.RequestLimits limits;
  private final BodyMemoryLimit memoryLimit;

  BodyReader(ServerLimits.RequestLimits limits) {
    this.limits = limits;
    this.memoryLimit = new BodyMemoryLimit(limits.maxBodiesBytes());
  }

  /** The memory of one request's body, to be closed at the end of the request. */
  BodyMemoryLimit.Share openShare() {
    return memoryLimit.openShare();
  }

  /** Bytes of bodies in memory now. */
  long heldBytes() {
    return memoryLimit.reservedBytes();
  }

  /**
   * The complete body, unpacked.
   *
   * @param policy of the route
   * @throws FailureException TOO_LARGE beyond the limit, UNSUPPORTED_MEDIA for an unknown encoding,
   *     UNAVAILABLE if other bodies use all memory
   */
  byte[] read(ServerRequest request, BodyMemoryLimit.Share share, AccessPolicy policy) {
    boolean completed = false;
    try {
      byte[] body = readDecoded(request, share, policy == AccessPolicy.PUBLIC);
      completed = true;
      if (policy == AccessPolicy.MODEL) {
        checkDepth(body);
      }
      return body;
    } finally {
      if (!completed) {
        // The start of a next request is unknown.
        Connections.currentInput().markUnusable();
      }
      Connections.currentInput().timeouts().beginResponse();
    }
  }

  /** Dialects have their own limit; only a lower one is checked here. */
  private void checkDepth(byte[] body) {
    int first = JsonScanner.skipSpace(body, 0, body.length);
    if (limits.maxJsonDepth() < StrictJson.MAX_DEPTH && first < body.length && body[first] == '{') {
      RequestScan.check(body, limits.maxJsonDepth());
    }
  }

  private byte[] readDecoded(
      ServerRequest request, BodyMemoryLimit.Share share, boolean publicRoute) {
    long maxBytes = publicRoute ? limits.maxPublicBodyBytes() : limits.maxBodyBytes();
    long declared = request.headers().contentLength().orElse(-1);
    if (declared > maxBytes) {
      throw tooLarge(publicRoute, maxBytes);
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
      Supplier<FailureException> tooLarge = () -> tooLarge(publicRoute, maxBytes);
      byte[] body =
          switch (encoding) {
            case "identity" ->
                declared >= 0
                    ? readAll(raw, INITIAL_BUFFER, declared, share, tooLarge)
                    : readAll(raw, BUFFER, maxBytes, share, tooLarge);
            case "gzip" ->
                readAll(new GZIPInputStream(raw, BUFFER), BUFFER, maxBytes, share, tooLarge);
            default ->
                throw new FailureException(
                    Kind.UNSUPPORTED_MEDIA,
                    "Content-Encoding must be gzip or identity, not '" + encoding + "'.");
          };
      if (body.length < declared && encoding.equals("identity")) {
        throw new FailureException(Kind.INVALID, "The body is shorter than its Content-Length.");
      }
      return body;
    } catch (IOException | UncheckedIOException | DataReader.InsufficientDataAvailableException e) {
      throw new FailureException(Kind.INVALID, "The body could not be read completely.");
    }
  }

  /**
   * Reads everything. Memory is reserved as bytes arrive, so a large Content-Length alone reserves
   * none.
   *
   * @param first initial buffer
   * @param expected at most so many bytes
   */
  private static byte[] readAll(
      InputStream in,
      int first,
      long expected,
      BodyMemoryLimit.Share share,
      Supplier<FailureException> tooLarge)
      throws IOException {
    byte[] body = new byte[(int) Math.min(first, expected)];
    share.reserve(body.length);
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
        share.reserve(larger - length);
        body = Arrays.copyOf(body, larger);
      }
      int read = in.read(body, length, body.length - length);
      if (read < 0) {
        return Arrays.copyOf(body, length);
      }
      length += read;
    }
  }

  private static FailureException tooLarge(boolean publicRoute, long maxBytes) {
    return new FailureException(
        Failure.of(
                Kind.TOO_LARGE,
                "The body is larger than "
                    + maxBytes
                    + " bytes; an operator can raise "
                    + (publicRoute ? "POTLUCK_MAX_PUBLIC_BODY_BYTES." : "POTLUCK_MAX_BODY_BYTES."))
            .code("request_too_large"));
  }
}
