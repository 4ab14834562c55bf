package potluck.server.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;

/**
 * The bytes that a caller is sent on one connection: in pieces, so that a caller who reads slowly
 * can be told from one who does not read at all.
 */
final class Outgoing implements DataWriter {
  private static final int PIECE = 64 << 10;

  private final DataWriter rest;
  private final Patience patience;

  Outgoing(DataWriter rest, Patience patience) {
    this.rest = rest;
    this.patience = patience;
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
    if (all > PIECE) {
      for (BufferData buffer : buffers) {
        writeNow(buffer);
      }
      return;
    }
    patience.writing();
    try {
      rest.writeNow(buffers);
    } finally {
      patience.written();
    }
  }

  @Override
  public void writeNow(BufferData buffer) {
    while (buffer.available() > PIECE) {
      byte[] piece = new byte[PIECE];
      int length = buffer.read(piece, 0, PIECE);
      piece(BufferData.create(piece, 0, length));
    }
    piece(buffer);
  }

  private void piece(BufferData buffer) {
    patience.writing();
    try {
      rest.writeNow(buffer);
    } finally {
      patience.written();
    }
  }

  @Override
  public void flush() {
    rest.flush();
  }

  @Override
  public void close() {
    rest.close();
  }
}
