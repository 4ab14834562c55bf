package potluck.gateway.upstream;

/**
 * The seam between the house and the network: sends one request and gives back its answer. It is
 * not a judge: every status that the upstream gives is an {@link UpstreamResponse}. Thread-safe.
 */
public interface Upstream extends AutoCloseable {
  /**
   * Sends the request and blocks until the head of the answer is here.
   *
   * <p>Interrupting the (virtual) thread that waits here closes the connection at once and ends the
   * call with {@link UpstreamFailed.Kind#ABORTED}; the thread stays interrupted.
   *
   * @throws UpstreamFailed when there is no answer; its kind says why
   */
  UpstreamResponse send(UpstreamRequest dispatch) throws UpstreamFailed;

  /** Closes every connection, also those in use. */
  @Override
  void close();
}
