package potluck.server.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerResponse;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A response that is written while it is produced, and may be long. A failure before the first byte
 * is an ordinary error; a later one breaks the connection, so that a truncated file does not look
 * complete.
 */
public final class Download {
  private static final Logger LOG = LoggerFactory.getLogger(Download.class);
  private static final int BUFFER = 64 << 10;

  private Download() {}

  /** Writes the response; it need not close the stream. */
  public interface ContentWriter {
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * @param type the content type
   * @param file the suggested file name
   */
  public static void send(Request request, String type, String file, ContentWriter writing) {
    LazyResponseStream begun = new LazyResponseStream(request.out(), type, file);
    if (request.isHeadRequest()) {
      begun.head();
      request.out().send();
      return;
    }
    OutputStream out = new BufferedOutputStream(begun, BUFFER);
    try {
      writing.writeTo(out);
      out.close();
    } catch (IOException | RuntimeException e) {
      if (begun.stream == null) {
        throw e instanceof RuntimeException wrong
            ? wrong
            : new UncheckedIOException((IOException) e);
      }
      LOG.warn("{} broke off: {}", file, e.getMessage());
      throw new CloseConnectionException("the response broke off", e);
    }
  }

  /** Starts the response with its first bytes. */
  private static final class LazyResponseStream extends OutputStream {
    private final ServerResponse response;
    private final String type;
    private final String file;
    private @Nullable OutputStream stream;

    LazyResponseStream(ServerResponse response, String type, String file) {
      this.response = response;
      this.type = type;
      this.file = file;
    }

    private void head() {
      response.header(HeaderNames.CONTENT_TYPE, type);
      response.header(HeaderNames.CONTENT_DISPOSITION, "attachment; filename=\"" + file + "\"");
    }

    private OutputStream stream() {
      if (stream == null) {
        head();
        stream = response.outputStream();
      }
      return stream;
    }

    @Override
    public void write(int one) throws IOException {
      stream().write(one);
    }

    @Override
    public void write(byte[] many, int from, int length) throws IOException {
      stream().write(many, from, length);
    }

    @Override
    public void flush() throws IOException {
      if (stream != null) {
        stream.flush();
      }
    }

    @Override
    public void close() throws IOException {
      stream().close();
    }
  }
}
