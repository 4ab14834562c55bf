package potluck.dialect.verbatim;

import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Failure;
import potluck.dialect.wire.Span;
import potluck.dialect.wire.Splice;
import potluck.dialect.wire.Tree;

/** An answer that is one JSON value: held until it is whole, then passed on as it came. */
public final class WholePassage extends Watched {
  /** Answers larger than this are refused, in bytes. */
  public static final int CAP = 64 << 20;

  private final ByteArrayOutputStream held = new ByteArrayOutputStream(2048);
  private final @Nullable String alias;

  /**
   * @param alias the name to put in the place of the upstream's model name; null to leave it
   */
  public WholePassage(Watch watch, @Nullable String alias) {
    super(watch);
    this.alias = alias;
  }

  @Override
  public void accept(byte[] bytes, int offset, int length, ByteArrayOutputStream out) {
    if (state() != State.WAITING) {
      return;
    }
    if (held.size() + length > CAP) {
      fail(Failure.of(Failure.Kind.UPSTREAM, "The upstream's answer is larger than 64 MiB."));
      return;
    }
    held.write(bytes, offset, length);
  }

  @Override
  public void end(ByteArrayOutputStream out) {
    if (state() != State.WAITING) {
      return;
    }
    byte[] body = held.toByteArray();
    if (watch.whole(body) == Watch.Sight.FAILED) {
      fail(watch.failure());
      return;
    }
    Span model = alias == null ? null : watch.model(body, 0, body.length);
    byte[] bytes =
        model == null || alias == null
            ? body
            : new Splice(body).replace(model, Tree.quoted(alias)).bytes();
    out.write(bytes, 0, bytes.length);
    become(State.COMPLETE);
  }

  @Override
  public String contentType() {
    return "application/json";
  }
}
