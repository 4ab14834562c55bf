package potluck.gateway.upstream;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;

/**
 * The TCP socket below TLS. TLS says goodbye before it closes (close_notify), after which nobody
 * reads here any more; so an end that is read here means that somebody cut the line. The JDK would
 * take it for the end of the answer.
 */
final class CloseNotifySocket extends Socket {
  /** One TLS record and its header: the JDK reads each of them with two reads. */
  private static final int RECORD = 17 * 1024;

  private boolean underTls;
  private @Nullable InputStream in;

  /** From now on the bytes are those of TLS. */
  void enableTls() {
    underTls = true;
  }

  @Override
  public InputStream getInputStream() throws IOException {
    InputStream plain = super.getInputStream();
    in = underTls ? new BufferedInputStream(new TruncationCheck(plain), RECORD) : plain;
    return in;
  }

  /** How many bytes are here unread, those of TLS itself included. */
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
      // Not an EOFException: the JDK swallows that one.
      if (count < 0) throw new SocketException("closed without close_notify");
      return count;
    }
  }
}
