package potluck.gateway.upstream;

import potluck.gateway.upstream.UpstreamFailed.Kind;

/**
 * Decodes the chunked transfer coding (RFC 9112, section 7.1) in place, in pieces of any size.
 * Every line must end in CRLF, because a lone LF enables request smuggling. Used for one body.
 */
final class ChunkedDecoder {
  private static final int MAX_SIZE_DIGITS = 15;
  private static final int MAX_EXTENSION_BYTES = 256;
  private static final int MAX_TRAILER_BYTES = 8 * 1024;

  private enum State {
    SIZE,
    EXTENSION,
    SIZE_LF,
    DATA,
    DATA_CR,
    DATA_LF,
    TRAILER_START,
    TRAILER,
    TRAILER_LF,
    LAST_LF,
    ENDED
  }

  private State state = State.SIZE;
  private long left;
  private int digits;
  private int extension;
  private int trailers;
  private int excessBytes;

  /** Whether the last chunk and its trailers were read. */
  boolean isEnded() {
    return state == State.ENDED;
  }

  /** Number of bytes after the end, which belong to no expected response. */
  int excessBytes() {
    return excessBytes;
  }

  /**
   * Moves the payload to the front of the region.
   *
   * @return length of the payload; may be 0
   * @throws UpstreamFailed PROTOCOL or TOO_LARGE
   */
  int decode(byte[] bytes, int offset, int length) throws UpstreamFailed {
    int to = offset;
    int end = offset + length;
    for (int at = offset; at < end; ) {
      if (state == State.DATA) {
        int count = (int) Math.min(left, end - at);
        if (to != at) {
          System.arraycopy(bytes, at, bytes, to, count);
        }
        at += count;
        to += count;
        left -= count;
        if (left == 0) {
          state = State.DATA_CR;
        }
      } else if (state == State.ENDED) {
        excessBytes += end - at;
        break;
      } else {
        state = step(bytes[at++]);
      }
    }
    return to - offset;
  }

  private State step(byte b) throws UpstreamFailed {
    return switch (state) {
      case SIZE -> size(b);
      case EXTENSION -> extension(b);
      case SIZE_LF -> expect(b, '\n', left == 0 ? State.TRAILER_START : State.DATA);
      case DATA_CR -> expect(b, '\r', State.DATA_LF);
      case DATA_LF -> newChunk(b);
      case TRAILER_START -> b == '\r' ? State.LAST_LF : trailer(b);
      case TRAILER -> b == '\r' ? State.TRAILER_LF : trailer(b);
      case TRAILER_LF -> expect(b, '\n', State.TRAILER_START);
      case LAST_LF -> expect(b, '\n', State.ENDED);
      case DATA, ENDED -> throw new IllegalStateException(state.name());
    };
  }

  private State newChunk(byte b) throws UpstreamFailed {
    digits = 0;
    extension = 0;
    return expect(b, '\n', State.SIZE);
  }

  private State size(byte b) throws UpstreamFailed {
    int digit = b < 0 ? -1 : Character.digit(b, 16);
    if (digit >= 0) {
      if (++digits > MAX_SIZE_DIGITS) {
        throw bad("a chunk size of more than 15 digits");
      }
      left = left * 16 + digit;
      return State.SIZE;
    }
    if (digits == 0) {
      throw bad("a chunk without a size");
    }
    if (b == '\r') {
      return State.SIZE_LF;
    }
    // Some old servers pad the size with spaces.
    if (b == ';' || b == ' ' || b == '\t') {
      return extension(b);
    }
    throw bad("an invalid chunk size");
  }

  private State extension(byte b) throws UpstreamFailed {
    if (b == '\r') {
      return State.SIZE_LF;
    }
    if (!HeaderSyntax.isValueChar(b & 0xff)) {
      throw bad("a control character in a chunk extension");
    }
    if (++extension > MAX_EXTENSION_BYTES) {
      throw new UpstreamFailed(Kind.TOO_LARGE, "a chunk extension of more than 256 bytes");
    }
    return State.EXTENSION;
  }

  private State trailer(byte b) throws UpstreamFailed {
    if (!HeaderSyntax.isValueChar(b & 0xff)) {
      throw bad("a control character in a trailer");
    }
    if (++trailers > MAX_TRAILER_BYTES) {
      throw new UpstreamFailed(Kind.TOO_LARGE, "trailers of more than 8 KiB");
    }
    return State.TRAILER;
  }

  private static State expect(byte b, char wanted, State next) throws UpstreamFailed {
    if (b == wanted) {
      return next;
    }
    throw bad("a chunk of another length than announced");
  }

  private static UpstreamFailed bad(String what) {
    return new UpstreamFailed(Kind.PROTOCOL, "the upstream sent " + what);
  }
}
