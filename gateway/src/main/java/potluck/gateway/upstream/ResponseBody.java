package potluck.gateway.upstream;

import java.io.IOException;

/** The bytes of an answer after its head, without their framing. For one exchange. */
sealed interface ResponseBody
    permits ResponseBody.Sized, ResponseBody.Chunked, ResponseBody.UntilClose, GzipBody {
  /**
   * All that has arrived, at least 1 byte, or -1 at the clean end.
   *
   * @throws UpstreamFailed CUT, PROTOCOL or TOO_LARGE
   * @throws IOException when the connection breaks
   */
  int read(byte[] into, int offset, int length) throws IOException, UpstreamFailed;

  /** Whether the clean end has been read, and the connection is ready for another exchange. */
  boolean reusable();

  /** As long as it said that it would be; also the body that is not there. */
  final class Sized implements ResponseBody {
    private final Connection connection;
    private long left;

    Sized(Connection connection, long length) {
      this.connection = connection;
      this.left = length;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException, UpstreamFailed {
      if (left == 0) return -1;
      int count = connection.read(into, offset, (int) Math.min(length, left));
      if (count < 0) throw cut();
      left -= count;
      return count;
    }

    @Override
    public boolean reusable() {
      return left == 0;
    }
  }

  /** In chunks, each of which says its own length. */
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
        if (count < 0) throw cut();
        int payload = chunks.decode(into, offset, count);
        if (payload > 0) return payload;
      }
      return -1;
    }

    @Override
    public boolean reusable() {
      return chunks.isEnded() && chunks.excessBytes() == 0;
    }
  }

  /** Up to the end of the connection, so it is never known whether it was cut. */
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
    return new UpstreamFailed(UpstreamFailed.Kind.TRUNCATED, "the answer ended before its end");
  }
}
