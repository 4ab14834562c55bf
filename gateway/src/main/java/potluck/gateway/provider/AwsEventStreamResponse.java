package potluck.gateway.provider;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import potluck.gateway.upstream.UpstreamFailed;
import potluck.gateway.upstream.UpstreamFailed.Kind;
import potluck.gateway.upstream.UpstreamResponse;

/** A response in AWS's binary framing, read as server-sent events. Used by one thread. */
final class AwsEventStreamResponse implements UpstreamResponse {
  private static final String SSE = "text/event-stream";

  private final UpstreamResponse delegate;
  private final AwsEventStreamDecoder decoder = new AwsEventStreamDecoder();
  private final byte[] buffer = new byte[16 << 10];
  private byte[] decoded = new byte[0];
  private int at;
  private boolean ended;

  AwsEventStreamResponse(UpstreamResponse framed) {
    this.delegate = framed;
  }

  @Override
  public int status() {
    return delegate.status();
  }

  @Override
  public @Nullable String header(String lowerCaseName) {
    return lowerCaseName.equals("content-type") ? SSE : delegate.header(lowerCaseName);
  }

  @Override
  public List<Map.Entry<String, String>> headers() {
    return delegate.headers().stream()
        .map(line -> line.getKey().equals("content-type") ? Map.entry("content-type", SSE) : line)
        .toList();
  }

  @Override
  public int read(byte[] into, int offset, int length) throws UpstreamFailed {
    while (at == decoded.length) {
      if (ended) {
        return -1;
      }
      fill();
    }
    int count = Math.min(length, decoded.length - at);
    System.arraycopy(decoded, at, into, offset, count);
    at += count;
    return count;
  }

  private void fill() throws UpstreamFailed {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int read = delegate.read(buffer, 0, buffer.length);
    if (read < 0) {
      decoder.end();
      ended = true;
    } else {
      decoder.accept(buffer, 0, read, out);
    }
    decoded = out.toByteArray();
    at = 0;
  }

  @Override
  public byte[] readAll(int maxBytes) throws UpstreamFailed {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] piece = new byte[8192];
    for (int read = read(piece, 0, piece.length); read >= 0; read = read(piece, 0, piece.length)) {
      all.write(piece, 0, read);
      if (all.size() > maxBytes) {
        throw new UpstreamFailed(
            Kind.TOO_LARGE, "the answer is larger than " + maxBytes + " bytes");
      }
    }
    return all.toByteArray();
  }

  @Override
  public void abort() {
    delegate.abort();
  }

  @Override
  public void close() {
    delegate.close();
  }
}
