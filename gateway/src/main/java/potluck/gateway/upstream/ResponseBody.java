package potluck.gateway.upstream;

import java.io.IOException;

/** The body of a response without its framing. Used by one thread. */
sealed interface ResponseBody
    permits ResponseBody.Sized, ResponseBody.Chunked, ResponseBody.UntilClose, GzipBody {
  /**
   * Reads all bytes that have arrived, at least 1; -1 at the end of the body.
   *
   * @throws UpstreamFailed TRUNCATED, PROTOCOL or TOO_LARGE
   * @throws IOException if the connection breaks
   */
  int read(byte[] into, int offset, int length) throws IOException, UpstreamFailed;

  /** Whether the end was read and the connection can be used again. */
  boolean reusable();

  /** A body of known length, which may be 0. */
  final class Sized implements ResponseBody {
    private final Connection connection;
    private long left;

    Sized(Connection connection, long length) {
      this.connection = connection;
      this.left = length;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException, UpstreamFailed {
      if (left == 0) {
        return -1;
      }
      int count = connection.read(into, offset, (int) Math.min(length, left));
      if (count < 0) {
        throw cut();
      }
      left -= count;
      return count;
    }

    @Override
    public boolean reusable() {
      return left == 0;
    }
  }

  /** A body in chunked transfer coding. */
  final class Chunked implements ResponseBody {
    private final Connection connection;
    private final ChunkedDecoder chunks = new ChunkedDecoder();

    Chunked(Connection connection) {
      this.connection = connection;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException, UpstreamFailed {
      while (!chunks.isEnded()) {
        int count = connection.read(into, offset, length);
        if (count < 0) {
          throw cut();
        }
        int payload = chunks.decode(into, offset, count);
        if (payload > 0) {
          return payload;
        }
      }
      return -1;
    }

    @Override
    public boolean reusable() {
      return chunks.isEnded() && chunks.excessBytes() == 0;
    }
  }

  /** A body that ends with the connection, so truncation cannot be detected. */
  final class UntilClose implements ResponseBody {
    private final Connection connection;

    UntilClose(Connection connection) {
      this.connection = connection;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      return connection.read(into, offset, length);
    }

    @Override
    public boolean reusable() {
      return false;
    }
  }

  private static UpstreamFailed cut() {
    return new UpstreamFailed(UpstreamFailed.Kind.TRUNCATED, "the response ended early");
  }
}
