package potluck.server.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;

/**
 * Writes to a caller in pieces, so that a slow reader can be told from one that does not read at
 * all.
 */
final class ConnectionOutput implements DataWriter {
  private static final int MAX_PIECE = 64 << 10;

  private final DataWriter delegate;
  private final ConnectionTimeouts timeouts;

  ConnectionOutput(DataWriter rest, ConnectionTimeouts timeouts) {
    this.delegate = rest;
    this.timeouts = timeouts;
  }

  @Override
  public void write(BufferData... buffers) {
    writeNow(buffers);
  }

  @Override
  public void write(BufferData buffer) {
    writeNow(buffer);
  }

  @Override
  public void writeNow(BufferData... buffers) {
    int all = 0;
    for (BufferData buffer : buffers) {
      all += buffer.available();
    }
    if (all > MAX_PIECE) {
      for (BufferData buffer : buffers) {
        writeNow(buffer);
      }
      return;
    }
    timeouts.writing();
    try {
      delegate.writeNow(buffers);
    } finally {
      timeouts.written();
    }
  }

  @Override
  public void writeNow(BufferData buffer) {
    while (buffer.available() > MAX_PIECE) {
      byte[] piece = new byte[MAX_PIECE];
      int length = buffer.read(piece, 0, MAX_PIECE);
      writePiece(BufferData.create(piece, 0, length));
    }
    writePiece(buffer);
  }

  private void writePiece(BufferData buffer) {
    timeouts.writing();
    try {
      delegate.writeNow(buffer);
    } finally {
      timeouts.written();
    }
  }

  @Override
  public void flush() {
    delegate.flush();
  }

  @Override
  public void close() {
    delegate.close();
  }
}
