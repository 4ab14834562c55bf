package potluck.dialect.gemini;

import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;
import potluck.dialect.Passage;
import potluck.dialect.model.Failure;
import potluck.dialect.model.UsageReport;
import potluck.dialect.wire.FrameReader;

/**
 * Converts an event stream to one JSON array, for clients that did not set {@code alt=sse}. The
 * upstream still sends events.
 */
final class JsonArrayPassage implements Passage {
  private final Passage events;
  private final FrameReader frames = new FrameReader();
  private boolean started;

  JsonArrayPassage(Passage events) {
    this.events = events;
  }

  @Override
  public void accept(byte[] bytes, int offset, int length, ByteArrayOutputStream out) {
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    events.accept(bytes, offset, length, written);
    elements(written, out);
  }

  @Override
  public void end(ByteArrayOutputStream out) {
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    events.end(written);
    elements(written, out);
    if (events.state() == State.COMPLETE) {
      out.write(started ? ']' : '[');
      if (!started) {
        out.write(']');
      }
    }
  }

  private void elements(ByteArrayOutputStream written, ByteArrayOutputStream out) {
    frames.feed(written.toByteArray(), 0, written.size());
    while (frames.next()) {
      if (frames.hasData()) {
        out.write(started ? ',' : '[');
        if (started) {
          out.write('\r');
          out.write('\n');
        }
        out.write(frames.data(), frames.dataFrom(), frames.dataTo() - frames.dataFrom());
        started = true;
      }
    }
  }

  @Override
  public State state() {
    return events.state();
  }

  @Override
  public @Nullable Failure failure() {
    return events.failure();
  }

  @Override
  public UsageReport usage() {
    return events.usage();
  }

  @Override
  public boolean isUsageStale() {
    return events.isUsageStale();
  }

  @Override
  public long reportedCost() {
    return events.reportedCost();
  }

  @Override
  public long textBytes() {
    return events.textBytes();
  }

  @Override
  public String contentType() {
    return "application/json";
  }
}
