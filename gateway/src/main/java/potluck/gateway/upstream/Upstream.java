package potluck.gateway.upstream;

/**
 * Sends a request to an upstream and returns its response. It does not judge: a response with any
 * status is an {@link UpstreamResponse}. Thread-safe.
 */
public interface Upstream extends AutoCloseable {
  /**
   * Sends the request and blocks until the head of the response has arrived.
   *
   * <p>Interrupting the waiting (virtual) thread closes the connection at once and ends the call
   * with {@link UpstreamFailed.Kind#ABORTED}; the thread stays interrupted.
   *
   * @throws UpstreamFailed if there is no response; its kind says why
   */
  UpstreamResponse send(UpstreamRequest request) throws UpstreamFailed;

  /** Closes every connection, including those in use. */
  @Override
  void close();
}
