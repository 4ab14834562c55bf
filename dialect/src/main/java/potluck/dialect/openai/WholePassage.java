package potluck.dialect.openai;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import potluck.dialect.Passage;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Tokens;
import potluck.dialect.wire.Malformed;
import potluck.dialect.wire.Scan;
import potluck.dialect.wire.Splice;
import potluck.dialect.wire.Strings;

/** A whole answer on its way from an OpenAI upstream to an OpenAI client. */
final class WholePassage implements Passage {
  private static final int MOST = 64 << 20;
  private static final int DEPTH = 512;

  private final ByteArrayOutputStream body = new ByteArrayOutputStream(4096);
  private final @Nullable String alias;
  private State state = State.WAITING;
  private @Nullable Failure failure;
  private Tokens tokens = Tokens.NONE;
  private boolean counted;

  WholePassage(@Nullable String alias) {
    this.alias = alias;
  }

  @Override
  public void accept(byte[] bytes, int offset, int length, ByteArrayOutputStream out) {
    body.write(bytes, offset, length);
    if (body.size() > MOST) {
      fail(Failure.of(Failure.Kind.UPSTREAM, "The provider's answer is larger than 64 MiB."));
    }
  }

  @Override
  public void end(ByteArrayOutputStream out) {
    byte[] bytes = body.toByteArray();
    try {
      UsageReader.Seen seen = UsageReader.read(bytes, 0, bytes.length);
      if (seen.error() && !seen.choices()) {
        fail(Failures.inBand(bytes));
        return;
      }
      if (seen.tokens() != null) {
        tokens = seen.tokens();
        counted = true;
      }
      out.writeBytes(named(bytes));
      state = State.COMPLETE;
    } catch (IOException | Malformed e) {
      fail(
          Failure.of(
              Failure.Kind.UPSTREAM, "The provider's answer is not the JSON that it should be."));
    }
  }

  /** The answer under the model's name that the caller knows. */
  private byte[] named(byte[] bytes) {
    if (alias == null) {
      return bytes;
    }
    Splice splice = new Splice(bytes);
    Scan.object(bytes, DEPTH)
        .find("model")
        .ifPresent(field -> splice.replace(field.start(), field.end(), Strings.quote(alias)));
    return splice.bytes();
  }

  private void fail(Failure why) {
    failure = why;
    state = State.FAILED;
  }

  @Override
  public State state() {
    return state;
  }

  @Override
  public @Nullable Failure failure() {
    return failure;
  }

  @Override
  public Tokens tokens() {
    return tokens;
  }

  @Override
  public boolean counted() {
    return counted;
  }

  @Override
  public long textBytes() {
    return body.size();
  }

  @Override
  public String contentType() {
    return "application/json";
  }
}
