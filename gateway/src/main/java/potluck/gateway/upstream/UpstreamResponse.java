package potluck.gateway.upstream;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An upstream's response: its head, and its body as it arrives. Used by one thread, except for
 * {@link #abort}. It must be closed.
 */
public interface UpstreamResponse extends AutoCloseable {
  /** 200 to 599; interim responses (1xx) are skipped. */
  int status();

  /** The first value of a header; null if it is missing. */
  @Nullable String header(String lowerCaseName);

  /**
   * All headers in order, names in lower case. If a compressed body is decoded, the headers that
   * describe the compressed form are missing.
   */
  List<Map.Entry<String, String>> headers();

  /**
   * Reads all bytes that have arrived; waits if no byte has arrived.
   *
   * @return the number of bytes, at least 1; -1 at the end of the body
   * @throws UpstreamFailed TRUNCATED if the body ends early, or another kind of failure
   */
  int read(byte[] buffer, int offset, int length) throws UpstreamFailed;

  /**
   * Reads the body to its end.
   *
   * @param maxBytes maximum size, after decompression
   * @throws UpstreamFailed TOO_LARGE if there is more, or another kind of failure
   */
  byte[] readAll(int maxBytes) throws UpstreamFailed;

  /** Closes the connection at once; a blocked reader gets ABORTED. Thread-safe. */
  void abort();

  /**
   * Keeps the connection for the next request if the body was read to its end; closes it otherwise.
   */
  @Override
  void close();
}
