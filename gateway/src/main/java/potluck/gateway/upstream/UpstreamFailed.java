package potluck.gateway.upstream;

import org.jspecify.annotations.Nullable;

/**
 * Thrown if there is no response, or no more of it. It has no stack trace, because kind and cause
 * say more, and its message never contains a header value or a body.
 */
public final class UpstreamFailed extends Exception {
  /** The kind of failure. */
  public enum Kind {
    /** This client may not connect to the address. */
    ADDRESS_REFUSED,
    /** The name has no address. */
    UNRESOLVED,
    /** No address accepted the connection, or the proxy refused it. */
    CONNECT,
    /** The handshake failed, or the certificate is not for this host. */
    TLS,
    CONNECT_TIMEOUT,
    FIRST_BYTE_TIMEOUT,
    IDLE_TIMEOUT,
    TOTAL_TIMEOUT,
    /** The connection broke before the first byte of the response. */
    RESET,
    /** The response ended early. */
    TRUNCATED,
    /** The response is not valid HTTP/1.1, or the request could not be written as such. */
    PROTOCOL,
    /** The response is larger than allowed. */
    TOO_LARGE,
    /** This program cancelled the request. */
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
