package potluck.gateway.provider;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import potluck.gateway.upstream.Answer;
import potluck.gateway.upstream.UpstreamFailed;
import potluck.gateway.upstream.UpstreamFailed.Kind;

/** An answer in AWS's framing, read as an event stream. One thread reads it. */
final class EventStreamAnswer implements Answer {
  private static final String SSE = "text/event-stream";

  private final Answer framed;
  private final EventStream events = new EventStream();
  private final byte[] buffer = new byte[16 << 10];
  private byte[] ready = new byte[0];
  private int at;
  private boolean ended;

  EventStreamAnswer(Answer framed) {
    this.framed = framed;
  }

  @Override
  public int status() {
    return framed.status();
  }

  @Override
  public @Nullable String header(String lowerCaseName) {
    return lowerCaseName.equals("content-type") ? SSE : framed.header(lowerCaseName);
  }

  @Override
  public List<Map.Entry<String, String>> headers() {
    return framed.headers().stream()
        .map(line -> line.getKey().equals("content-type") ? Map.entry("content-type", SSE) : line)
        .toList();
  }

  @Override
  public int read(byte[] into, int offset, int length) throws UpstreamFailed {
    while (at == ready.length) {
      if (ended) {
        return -1;
      }
      fill();
    }
    int count = Math.min(length, ready.length - at);
    System.arraycopy(ready, at, into, offset, count);
    at += count;
    return count;
  }

  private void fill() throws UpstreamFailed {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int read = framed.read(buffer, 0, buffer.length);
    if (read < 0) {
      events.end();
      ended = true;
    } else {
      events.accept(buffer, 0, read, out);
    }
    ready = out.toByteArray();
    at = 0;
  }

  @Override
  public byte[] readAll(int most) throws UpstreamFailed {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] piece = new byte[8192];
    for (int read = read(piece, 0, piece.length); read >= 0; read = read(piece, 0, piece.length)) {
      all.write(piece, 0, read);
      if (all.size() > most) {
        throw new UpstreamFailed(Kind.TOO_LARGE, "the answer is larger than " + most + " bytes");
      }
    }
    return all.toByteArray();
  }

  @Override
  public void abort() {
    framed.abort();
  }

  @Override
  public void close() {
    framed.close();
  }
}
