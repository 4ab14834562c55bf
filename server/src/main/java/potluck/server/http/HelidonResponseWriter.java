package potluck.server.http;

import io.helidon.webserver.CloseConnectionException;
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
import potluck.gateway.relay.ResponseWriter;

/** A {@link ResponseWriter} on a Helidon response. */
final class HelidonResponseWriter implements ResponseWriter {
  private static final int FIRST_ERROR_STATUS = 400;

  private final ServerResponse response;
  private final InFlightCalls.InFlightCall call;
  private final IntUnaryOperator statusMapper;
  private final UnaryOperator<byte[]> errorBodyMapper;
  private final ReentrantLock writing = new ReentrantLock();
  private volatile @Nullable OutputStream stream;
  private final byte[] defaultKeepAlive;
  private volatile byte[] keepAlive;
  private volatile boolean streaming;
  private volatile boolean committed;
  private volatile @Nullable Head ready;

  private record Head(int status, Map<String, String> headers) {}

  /**
   * @param keepAlive a keep-alive for a silent stream
   * @param status maps the status of an answer
   * @param refused maps the body of an error
   */
  HelidonResponseWriter(
      ServerResponse response,
      InFlightCalls.InFlightCall inFlightCall,
      byte[] keepAlive,
      IntUnaryOperator status,
      UnaryOperator<byte[]> refused) {
    this.statusMapper = status;
    this.errorBodyMapper = refused;
    this.response = response;
    this.call = inFlightCall;
    this.defaultKeepAlive = keepAlive;
    this.keepAlive = keepAlive;
    if (keepAlive.length > 0) {
      inFlightCall.onSilence(this::writeKeepAlive);
    }
  }

  @Override
  public boolean isCommitted() {
    return committed;
  }

  @Override
  public boolean isCallerGone() {
    return call.gone();
  }

  @Override
  public @Nullable Failure cancellation() {
    return call.cancellation();
  }

  @Override
  public void allowKeepAlive(int status, Map<String, String> headers) {
    ready = new Head(status, headers);
  }

  @Override
  public void stopKeepAlive() {
    writing.lock();
    try {
      ready = null;
    } finally {
      writing.unlock();
    }
  }

  @Override
  public void setKeepAlive(byte @Nullable [] sign) {
    keepAlive = sign == null ? defaultKeepAlive : sign;
  }

  @Override
  public void start(int status, Map<String, String> headers) {
    writing.lock();
    try {
      if (!committed) {
        sendHead(status, headers);
        stream = response.outputStream();
        streaming = true;
      }
    } finally {
      writing.unlock();
    }
  }

  @Override
  public void write(byte[] bytes, int length) {
    sendLocked(
        () -> {
          OutputStream out = openStream();
          out.write(bytes, 0, length);
          out.flush();
        });
    call.written();
  }

  /** Only between two events: a writer holds the lock. */
  private void writeKeepAlive() {
    if ((!streaming && ready == null) || !writing.tryLock()) {
      return;
    }
    try {
      @Nullable Head head = ready;
      if (!committed && head != null) {
        start(head.status(), head.headers());
      }
      if (streaming) {
        openStream().write(keepAlive);
        openStream().flush();
      }
    } catch (IOException | RuntimeException e) {
      // The caller has disconnected; the thread that serves it will notice.
    } finally {
      writing.unlock();
    }
  }

  @Override
  public void end() {
    streaming = false;
    sendLocked(() -> openStream().close());
  }

  @Override
  public void sendComplete(int status, Map<String, String> headers, byte[] body, int length) {
    if (call.cancellation() != null) {
      // The interrupt that ended a wait must not break the last write.
      Thread.interrupted();
    }
    sendHead(this.statusMapper.applyAsInt(status), headers);
    byte[] whole = length == body.length ? body : Arrays.copyOf(body, length);
    sendLocked(
        () -> response.send(status < FIRST_ERROR_STATUS ? whole : errorBodyMapper.apply(whole)));
  }

  private void sendHead(int status, Map<String, String> headers) {
    committed = true;
    response.status(status);
    headers.forEach((name, value) -> response.header(HttpHeaders.name(name), value));
  }

  private OutputStream openStream() {
    if (stream == null) {
      throw new IllegalStateException("the response was not started");
    }
    return stream;
  }

  private interface Sending {
    void send() throws IOException;
  }

  private void sendLocked(Sending sending) {
    if (call.gone()) {
      throw new CallerGone(new IOException("closed by the caller"));
    }
    writing.lock();
    try {
      sending.send();
    } catch (IOException | UncheckedIOException | CloseConnectionException e) {
      throw new CallerGone(e);
    } finally {
      writing.unlock();
    }
  }
}
