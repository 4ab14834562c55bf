package potluck.gateway.upstream;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import potluck.gateway.upstream.UpstreamFailed.Kind;

/**
 * A body that is compressed although we did not ask for it, decompressed as it arrives. The
 * decompressed size is limited, because a small body may decompress to a huge one. Used by one
 * thread.
 */
final class GzipBody implements ResponseBody {
  private static final int BUFFER = 8 * 1024;

  private final ResponseBody compressed;
  private final long maxBytes;
  private @Nullable GZIPInputStream decompressed;
  private long count;
  private boolean ended;

  GzipBody(ResponseBody compressed, long maxBytes) {
    this.compressed = compressed;
    this.maxBytes = maxBytes;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException, UpstreamFailed {
    if (ended) {
      return -1;
    }
    try {
      if (decompressed == null) {
        decompressed = new GZIPInputStream(new CompressedStream(compressed), BUFFER);
      }
      int got = decompressed.read(into, offset, length);
      if (got < 0) {
        return end(decompressed);
      }
      count += got;
      if (count > maxBytes) {
        throw new UpstreamFailed(Kind.TOO_LARGE, "gzip of more than " + maxBytes);
      }
      return got;
    } catch (CompressedStream.Failed failed) {
      throw failed.failure();
    } catch (ZipException malformed) {
      throw new UpstreamFailed(Kind.PROTOCOL, "the upstream sent malformed gzip", malformed);
    } catch (EOFException cut) {
      throw new UpstreamFailed(Kind.TRUNCATED, "the response ended inside its gzip data", cut);
    }
  }

  /** The gzip data has ended; its framing may have more bytes. */
  private int end(GZIPInputStream finished) throws IOException, UpstreamFailed {
    if (compressed.read(new byte[BUFFER], 0, BUFFER) >= 0) {
      throw new UpstreamFailed(Kind.PROTOCOL, "the upstream sent bytes after its gzip data");
    }
    finished.close();
    ended = true;
    return -1;
  }

  @Override
  public boolean reusable() {
    return ended && compressed.reusable();
  }

  /** The compressed body as a stream for the JDK's decoder. */
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

    /** The decoder looks for another gzip member only if this is positive. */
    @Override
    public int available() {
      return atEnd ? 0 : 1;
    }

    /** Carries a failure through the decoder, whose methods throw only IOException. */
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
