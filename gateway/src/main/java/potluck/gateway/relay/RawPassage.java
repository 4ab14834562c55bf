package potluck.gateway.relay;

import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;
import potluck.dialect.Passage;
import potluck.dialect.model.Failure;
import potluck.dialect.model.UsageReport;

/** Passes bytes of any kind, such as audio, unchanged. Used by one thread. */
final class RawPassage implements Passage {
  private State state = State.WAITING;
  private String contentType = "application/octet-stream";

  /** Sets the content type of the upstream's response. */
  void setContentType(@Nullable String type) {
    if (type != null) {
      contentType = type;
    }
  }

  @Override
  public void accept(byte[] part, int offset, int length, ByteArrayOutputStream out) {
    out.write(part, offset, length);
    state = State.RUNNING;
  }

  @Override
  public void end(ByteArrayOutputStream out) {
    state = State.COMPLETE;
  }

  @Override
  public State state() {
    return state;
  }

  @Override
  public @Nullable Failure failure() {
    return null;
  }

  @Override
  public UsageReport usage() {
    return UsageReport.NONE;
  }

  @Override
  public boolean isUsageStale() {
    return false;
  }

  /** The bytes are not text, so they give no estimate. */
  @Override
  public long textBytes() {
    return 0;
  }

  @Override
  public String contentType() {
    return contentType;
  }
}
