package potluck.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.CloseConnectionException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/**
 * A response of server-sent events that stays open. Written by one thread; {@link #isGone} may be
 * asked by any. Source: the HTML standard, 9.2.
 */
public final class EventStream implements AutoCloseable {
  private static final byte[] COMMENT = ":\n\n".getBytes(UTF_8);

  private final OutputStream out;
  private volatile boolean gone;

  private EventStream(OutputStream out) {
    this.out = out;
  }

  /**
   * Sends the head of the response.
   *
   * @param retryMillis how long a client waits before it connects again
   * @param onGone runs on another thread when the client has disconnected
   */
  static EventStream open(Request request, int retryMillis, Runnable onGone) {
    // Also ends the timeout for the request's body.
    request.body();
    request.out().header(HeaderNames.CONTENT_TYPE, "text/event-stream");
    request.noStore();
    request.responseHeader("x-accel-buffering", "no");
    EventStream stream = new EventStream(request.out().outputStream());
    stream.write(("retry: " + retryMillis + "\n\n").getBytes(UTF_8));
    Connections.currentInput()
        .onClose(
            () -> {
              stream.gone = true;
              onGone.run();
            });
    return stream;
  }

  /** Whether the client has disconnected. */
  public boolean isGone() {
    return gone;
  }

  /**
   * Sends an event.
   *
   * @param json one line
   */
  public void send(String id, String name, byte[] json) {
    byte[] head = ("id: " + id + "\nevent: " + name + "\ndata: ").getBytes(UTF_8);
    byte[] whole = new byte[head.length + json.length + 2];
    System.arraycopy(head, 0, whole, 0, head.length);
    System.arraycopy(json, 0, whole, head.length, json.length);
    whole[whole.length - 2] = '\n';
    whole[whole.length - 1] = '\n';
    write(whole);
  }

  /** Sends a comment, so that proxies keep the connection open. */
  public void sendComment() {
    write(COMMENT);
  }

  private void write(byte[] bytes) {
    try {
      out.write(bytes);
      out.flush();
    } catch (IOException | UncheckedIOException e) {
      gone = true;
      throw new CloseConnectionException("the client has disconnected", e);
    }
  }

  @Override
  public void close() {
    if (gone) {
      throw new CloseConnectionException("the client has disconnected");
    }
    try {
      out.close();
    } catch (IOException | UncheckedIOException e) {
      throw new CloseConnectionException("the client has disconnected", e);
    }
  }
}
