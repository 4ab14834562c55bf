package potluck.server.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.webserver.CloseConnectionException;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import potluck.dialect.model.Failure.Kind;
import potluck.dialect.model.FailureException;

/**
 * Reads chunked bodies as RFC 9112 section 7.1 defines them, and passes them on in small chunks.
 * Helidon would hold a whole chunk of any size, does not check the CRLF after it, and knows neither
 * extensions nor trailers. Helidon reads lines only in chunked bodies. For one thread.
 */
final class ChunkedBodyReader extends DataReader {
  private static final int MAX_PIECE = 64 << 10;
  private static final int MAX_LINE_LENGTH = 1024;
  private static final int MAX_TRAILERS = 32;
  private static final Pattern SIZE =
      Pattern.compile("([0-9A-Fa-f]{1,15})([ \\t]*;[\\t\\x20-\\x7e]*)?");

  /** Bytes of the chunk that were not passed on yet. */
  private long remaining;

  /** Bytes that are being passed on. */
  private int piece;

  private boolean trailers;

  @SuppressWarnings("removal") // Helidon wants its own class, which cannot do this.
  ChunkedBodyReader(Supplier<byte[]> bytes) {
    super(bytes);
  }

  /** The size of the next chunk; an empty line after the last one. */
  @Override
  public String readLine() {
    if (trailers) {
      trailers = false;
      for (int lines = 0; !line().isEmpty(); lines++) {
        if (lines == MAX_TRAILERS) {
          throw invalid("it has too many trailers");
        }
      }
      return "";
    }
    if (remaining == 0) {
      Matcher size = SIZE.matcher(line());
      if (!size.matches()) {
        throw invalid("the chunk size is invalid");
      }
      remaining = Long.parseLong(size.group(1), 16);
      trailers = remaining == 0;
    }
    piece = (int) Math.min(remaining, MAX_PIECE);
    return Integer.toHexString(piece);
  }

  @Override
  public BufferData readBuffer(int length) {
    return BufferData.create(readBytes(length));
  }

  @Override
  public void skip(int count) {
    if (piece == 0) {
      super.skip(count);
      return;
    }
    remaining -= piece;
    piece = 0;
    if (remaining == 0 && (read() != '\r' || read() != '\n')) {
      throw invalid("a chunk is longer than its size");
    }
  }

  private String line() {
    try {
      int end = findNewLine(MAX_LINE_LENGTH);
      if (end == MAX_LINE_LENGTH) {
        throw invalid("a line between chunks is too long");
      }
      String line = readAsciiString(end);
      super.skip(2);
      if (line.indexOf('\n') >= 0 || line.indexOf('\r') >= 0) {
        throw invalid("a line between chunks ends without CR");
      }
      return line;
    } catch (IncorrectNewLineException e) {
      throw invalid("a line between chunks ends without CR");
    } catch (InsufficientDataAvailableException e) {
      throw new CloseConnectionException("the body has no end", e);
    }
  }

  private static FailureException invalid(String what) {
    return new FailureException(
        Kind.INVALID, "The body is not valid chunked encoding: " + what + ".");
  }
}
