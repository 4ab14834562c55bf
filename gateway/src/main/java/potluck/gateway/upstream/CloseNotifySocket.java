package potluck.gateway.upstream;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;

/**
 * The TCP socket below TLS. TLS sends close_notify before it closes, and nothing is read after
 * that; so an end of stream that is read here means truncation, which the JDK would take for the
 * end of the response.
 */
final class CloseNotifySocket extends Socket {
  /** One TLS record with its header; without a buffer the JDK reads each record with two reads. */
  private static final int RECORD = 17 * 1024;

  private boolean underTls;
  private @Nullable InputStream in;

  /** Switches to checking for truncation, because TLS starts. */
  void enableTls() {
    underTls = true;
  }

  @Override
  public InputStream getInputStream() throws IOException {
    InputStream plain = super.getInputStream();
    in = underTls ? new BufferedInputStream(new TruncationCheck(plain), RECORD) : plain;
    return in;
  }

  /** Number of unread bytes that have arrived, including TLS framing. */
  int availableBytes() throws IOException {
    return in == null ? 0 : in.available();
  }

  private static final class TruncationCheck extends FilterInputStream {
    TruncationCheck(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int count = in.read(into, offset, length);
      // Not an EOFException, which the JDK ignores.
      if (count < 0) {
        throw new SocketException("closed without close_notify");
      }
      return count;
    }
  }
}
