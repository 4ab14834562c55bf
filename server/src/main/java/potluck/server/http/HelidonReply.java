package potluck.server.http;

import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntUnaryOperator;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Failure;
import potluck.gateway.relay.Reply;

/** A {@link Reply} on a Helidon response. */
final class HelidonReply implements Reply {
  private static final int ERRORS = 400;

  private final ServerResponse response;
  private final Watch.Watched watched;
  private final IntUnaryOperator status;
  private final UnaryOperator<byte[]> refused;
  private final ReentrantLock writing = new ReentrantLock();
  private volatile @Nullable OutputStream stream;
  private final byte[] usual;
  private volatile byte[] pulse;
  private volatile boolean streaming;
  private volatile boolean committed;
  private volatile @Nullable Head ready;

  private record Head(int status, Map<String, String> headers) {}

  /**
   * @param pulse a sign of life for a silent stream
   * @param status what becomes of the status of an answer
   * @param refused what becomes of the body of an answer that is an error
   */
  HelidonReply(
      ServerResponse response,
      Watch.Watched watched,
      byte[] pulse,
      IntUnaryOperator status,
      UnaryOperator<byte[]> refused) {
    this.status = status;
    this.refused = refused;
    this.response = response;
    this.watched = watched;
    this.usual = pulse;
    this.pulse = pulse;
    if (pulse.length > 0) {
      watched.whenSilent(this::signOfLife);
    }
  }

  @Override
  public boolean committed() {
    return committed;
  }

  @Override
  public boolean gone() {
    return watched.gone();
  }

  @Override
  public @Nullable Failure recalled() {
    return watched.recalled();
  }

  @Override
  public void ready(int status, Map<String, String> headers) {
    ready = new Head(status, headers);
  }

  @Override
  public void unready() {
    writing.lock();
    try {
      ready = null;
    } finally {
      writing.unlock();
    }
  }

  @Override
  public void pulse(byte @Nullable [] sign) {
    pulse = sign == null ? usual : sign;
  }

  @Override
  public void begin(int status, Map<String, String> headers) {
    writing.lock();
    try {
      if (!committed) {
        head(status, headers);
        stream = response.outputStream();
        streaming = true;
      }
    } finally {
      writing.unlock();
    }
  }

  @Override
  public void write(byte[] bytes, int length) {
    guarded(
        () -> {
          OutputStream out = begun();
          out.write(bytes, 0, length);
          out.flush();
        });
    watched.touch();
  }

  /** Between two events only: whoever writes one holds the lock. */
  private void signOfLife() {
    if ((!streaming && ready == null) || !writing.tryLock()) {
      return;
    }
    try {
      @Nullable Head head = ready;
      if (!committed && head != null) {
        begin(head.status(), head.headers());
      }
      if (streaming) {
        begun().write(pulse);
        begun().flush();
      }
    } catch (IOException | RuntimeException e) {
      // The caller has gone; whoever serves it will notice.
    } finally {
      writing.unlock();
    }
  }

  @Override
  public void end() {
    streaming = false;
    guarded(() -> begun().close());
  }

  @Override
  public void whole(int status, Map<String, String> headers, byte[] body, int length) {
    if (watched.recalled() != null) {
      // What interrupted a wait must not interrupt the last word to the caller.
      Thread.interrupted();
    }
    head(this.status.applyAsInt(status), headers);
    byte[] whole = length == body.length ? body : Arrays.copyOf(body, length);
    guarded(() -> response.send(status < ERRORS ? whole : refused.apply(whole)));
  }

  private void head(int status, Map<String, String> headers) {
    committed = true;
    response.status(status);
    headers.forEach((name, value) -> response.header(Headers.name(name), value));
  }

  private OutputStream begun() {
    if (stream == null) {
      throw new IllegalStateException("the answer was not begun");
    }
    return stream;
  }

  private interface Sending {
    void send() throws IOException;
  }

  private void guarded(Sending sending) {
    if (watched.gone()) {
      throw new CallerGone(new IOException("closed by the caller"));
    }
    writing.lock();
    try {
      sending.send();
    } catch (IOException | UncheckedIOException | io.helidon.webserver.CloseConnectionException e) {
      throw new CallerGone(e);
    } finally {
      writing.unlock();
    }
  }
}
