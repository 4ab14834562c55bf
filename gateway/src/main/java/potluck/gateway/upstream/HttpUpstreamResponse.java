package potluck.gateway.upstream;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import potluck.gateway.upstream.UpstreamFailed.Kind;

/** A response on a connection of {@link HttpUpstream}. */
final class HttpUpstreamResponse implements UpstreamResponse {
  private static final Set<String> COMPRESSION_HEADERS =
      Set.of("content-encoding", "content-length", "content-md5", "digest");

  private final HttpExchange exchange;
  private final ResponseHead head;
  private final ResponseBody body;
  private final List<Map.Entry<String, String>> headers;
  private boolean ended;

  HttpUpstreamResponse(HttpExchange exchange, ResponseHead head, ResponseBody body) {
    this.exchange = exchange;
    this.head = head;
    this.body = body;
    this.headers =
        body instanceof GzipBody
            ? head.headers().stream()
                .filter(h -> !COMPRESSION_HEADERS.contains(h.getKey()))
                .toList()
            : head.headers();
  }

  @Override
  public int status() {
    return head.status();
  }

  @Override
  public @Nullable String header(String lowerCaseName) {
    for (Map.Entry<String, String> header : headers) {
      if (header.getKey().equals(lowerCaseName)) {
        return header.getValue();
      }
    }
    return null;
  }

  @Override
  public List<Map.Entry<String, String>> headers() {
    return headers;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws UpstreamFailed {
    Objects.checkFromIndexSize(offset, length, buffer.length);
    if (length == 0) {
      throw new IllegalArgumentException("the length must be positive");
    }
    if (ended) {
      return -1;
    }
    try {
      int count = body.read(buffer, offset, length);
      ended = count < 0;
      return count;
    } catch (IOException broken) {
      throw exchange.fail(Kind.TRUNCATED, broken);
    } catch (UpstreamFailed failure) {
      throw exchange.fail(failure);
    }
  }

  @Override
  public byte[] readAll(int maxBytes) throws UpstreamFailed {
    byte[] all = new byte[Math.min(maxBytes, expected()) + 1];
    int size = 0;
    while (true) {
      int count = read(all, size, all.length - size);
      if (count < 0) {
        return Arrays.copyOf(all, size);
      }
      size += count;
      if (size > maxBytes) {
        var failure = new UpstreamFailed(Kind.TOO_LARGE, "an answer of more than " + maxBytes);
        throw exchange.fail(failure);
      }
      if (size == all.length) {
        all = Arrays.copyOf(all, (int) Math.min(maxBytes + 1L, size * 2L));
      }
    }
  }

  /**
   * Initial buffer size. The upstream's content length is only a hint and must not make us allocate
   * gigabytes.
   */
  private int expected() {
    @Nullable String length = header("content-length");
    int defaultSize = 8 * 1024;
    if (length == null || length.length() > 7 || !length.chars().allMatch(Character::isDigit)) {
      return defaultSize;
    }
    return length.isEmpty() ? defaultSize : Integer.parseInt(length);
  }

  @Override
  public void abort() {
    exchange.abort();
  }

  @Override
  public void close() {
    exchange.close(head.keepsAlive() && (body.reusable() || isEndBuffered()));
  }

  /**
   * Callers that read events stop at the last one, often before the end of the framing arrives.
   * Reads the end if it has arrived; anything else stays unread.
   */
  private boolean isEndBuffered() {
    if (ended || !exchange.hasMore()) {
      return false;
    }
    try {
      ended = body.read(new byte[64], 0, 64) < 0;
      return ended && body.reusable();
    } catch (IOException | UpstreamFailed notTheEnd) {
      return false;
    }
  }
}
