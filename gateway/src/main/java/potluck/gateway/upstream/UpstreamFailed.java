package potluck.gateway.upstream;

import org.jspecify.annotations.Nullable;

/**
 * There is no answer, or no more of it. It carries no stack trace (the kind and the cause tell
 * more), and its message never holds a header value or a body.
 */
public final class UpstreamFailed extends Exception {
  /** Why. */
  public enum Kind {
    /** The address is not one that this client may reach. */
    ADDRESS_REFUSED,
    /** The name has no address. */
    UNRESOLVED,
    /** No address took the connection, or the proxy refused it. */
    CONNECT,
    /** The handshake failed, or the certificate is not for this host. */
    TLS,
    CONNECT_TIMEOUT,
    FIRST_BYTE_TIMEOUT,
    IDLE_TIMEOUT,
    TOTAL_TIMEOUT,
    /** The connection broke before a byte of the answer came. */
    RESET,
    /** The answer ended before its end. */
    TRUNCATED,
    /** What came is not HTTP/1.1 as we accept it, or what was to go is not. */
    PROTOCOL,
    /** The answer is larger than we accept. */
    TOO_LARGE,
    /** Our side gave up. */
    ABORTED
  }

  private final Kind kind;

  public UpstreamFailed(Kind kind, String message) {
    this(kind, message, null);
  }

  public UpstreamFailed(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause, false, false);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
