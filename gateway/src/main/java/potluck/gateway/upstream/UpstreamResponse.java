package potluck.gateway.upstream;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The head of an upstream's answer, and its body as it arrives. One thread reads it; {@link #abort}
 * may come from any thread. It must be closed.
 */
public interface UpstreamResponse extends AutoCloseable {
  /** 200 to 599: interim answers (1xx) have been passed over. */
  int status();

  /** The first value of that header, or null. */
  @Nullable String header(String lowerCaseName);

  /**
   * All headers in their order, names in lower case. When a compressed body is being decoded, the
   * headers that describe the compressed form are gone.
   */
  List<Map.Entry<String, String>> headers();

  /**
   * Gives all that has arrived, and waits when that is nothing.
   *
   * @return the number of bytes, at least 1; or -1 at the clean end of the body
   * @throws UpstreamFailed CUT when the body ends before its end, or what else went wrong
   */
  int read(byte[] buffer, int offset, int length) throws UpstreamFailed;

  /**
   * Reads to the end.
   *
   * @param most bytes, counted after decoding
   * @throws UpstreamFailed TOO_LARGE when there is more, or what else went wrong
   */
  byte[] readAll(int most) throws UpstreamFailed;

  /** Closes the connection at once, from any thread; whoever reads gets ABORTED. */
  void abort();

  /**
   * Keeps the connection for the next request when the body was read to its end, else closes it.
   */
  @Override
  void close();
}
