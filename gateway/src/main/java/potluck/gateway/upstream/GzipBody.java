package potluck.gateway.upstream;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import potluck.gateway.upstream.UpstreamFailed.Kind;

/**
 * A body that came compressed although nobody asked for it, unpacked as it arrives. A small body
 * may unpack to a huge one, so what comes out is counted. For one exchange.
 */
final class GzipBody implements ResponseBody {
  private static final int BUFFER = 8 * 1024;

  private final ResponseBody compressed;
  private final long maxBytes;
  private @Nullable GZIPInputStream decompressed;
  private long count;
  private boolean ended;

  GzipBody(ResponseBody packed, long most) {
    this.compressed = packed;
    this.maxBytes = most;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException, UpstreamFailed {
    if (ended) return -1;
    try {
      if (decompressed == null)
        decompressed = new GZIPInputStream(new CompressedStream(compressed), BUFFER);
      int got = decompressed.read(into, offset, length);
      if (got < 0) return end(decompressed);
      count += got;
      if (count > maxBytes)
        throw new UpstreamFailed(Kind.TOO_LARGE, "gzip of more than " + maxBytes);
      return got;
    } catch (CompressedStream.Failed failed) {
      throw failed.failure();
    } catch (ZipException malformed) {
      throw new UpstreamFailed(Kind.PROTOCOL, "the upstream sent malformed gzip", malformed);
    } catch (EOFException cut) {
      throw new UpstreamFailed(Kind.TRUNCATED, "the answer ended inside its gzip", cut);
    }
  }

  /** The gzip has ended; its framing may have some bytes to go. */
  private int end(GZIPInputStream finished) throws IOException, UpstreamFailed {
    if (compressed.read(new byte[BUFFER], 0, BUFFER) >= 0)
      throw new UpstreamFailed(Kind.PROTOCOL, "the upstream sent more than its gzip");
    finished.close();
    ended = true;
    return -1;
  }

  @Override
  public boolean reusable() {
    return ended && compressed.reusable();
  }

  /** The packed body as the JDK's decoder wants to see it. */
  private static final class CompressedStream extends InputStream {
    private final ResponseBody body;
    private boolean atEnd;

    CompressedStream(ResponseBody body) {
      this.body = body;
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      try {
        int count = body.read(into, offset, length);
        atEnd = count < 0;
        return count;
      } catch (UpstreamFailed failure) {
        throw new Failed(failure);
      }
    }

    /** The decoder looks for a second member only when this says that there may be one. */
    @Override
    public int available() {
      return atEnd ? 0 : 1;
    }

    /** Carries a failure through the decoder, whose methods know IOException only. */
    static final class Failed extends IOException {
      private final transient UpstreamFailed failure;

      Failed(UpstreamFailed failure) {
        super(failure);
        this.failure = failure;
      }

      UpstreamFailed failure() {
        return failure;
      }
    }
  }
}
