package potluck.dialect.openai;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import potluck.dialect.Passage;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Tokens;
import potluck.dialect.wire.Bytes;
import potluck.dialect.wire.FrameReader;
import potluck.dialect.wire.Malformed;
import potluck.dialect.wire.Strings;

/**
 * A stream of chunks on its way from an OpenAI upstream to an OpenAI client: whole frames pass as
 * they came. Words are searched for as bytes; only a frame with usage or an error is parsed.
 */
final class StreamPassage implements Passage {
  private static final int MOST_FRAME = 16 << 20;
  private static final byte[] DATA = Bytes.of("data:");
  private static final byte[] DONE = Bytes.of("[DONE]");
  private static final byte[] DONE_FRAME = Bytes.of("data: [DONE]\n\n");
  private static final byte[] USAGE = Bytes.of("\"usage\"");
  private static final byte[] NULL = Bytes.of("null");
  private static final byte[] ERROR = Bytes.of("\"error\"");
  private static final byte[] MODEL = Bytes.of("\"model\":");
  private static final byte[] CONTENT = Bytes.of("\"content\":\"");
  private static final byte[] FINISH = Bytes.of("\"finish_reason\":\"");
  private static final byte[] ROLE = Bytes.of("\"role\":");

  private final FrameReader frames = new FrameReader(MOST_FRAME);
  private final boolean hideUsage;
  private final byte @Nullable [] alias;
  private State state = State.WAITING;
  private @Nullable Failure failure;
  private Tokens tokens = Tokens.NONE;
  private boolean counted;
  private boolean finished;
  private long textBytes;

  /**
   * @param hideUsage whether usage was asked for on our account only
   * @param alias what the caller calls the model, where the upstream calls it otherwise
   */
  StreamPassage(boolean hideUsage, @Nullable String alias) {
    this.hideUsage = hideUsage;
    this.alias = alias == null ? null : Strings.quote(alias);
  }

  @Override
  public void accept(byte[] bytes, int offset, int length, ByteArrayOutputStream out) {
    try {
      frames.accept(bytes, offset, length, (frame, start, end) -> take(frame, start, end, out));
    } catch (Malformed e) {
      fail(
          Failure.of(
              Failure.Kind.UPSTREAM, "The provider's stream broke its form: " + e.getMessage()));
    }
  }

  @Override
  public void end(ByteArrayOutputStream out) {
    frames.end(
        (frame, start, end) -> {
          byte[] whole = Arrays.copyOfRange(frame, start, end + 2);
          whole[whole.length - 2] = '\n';
          whole[whole.length - 1] = '\n';
          take(whole, 0, whole.length, out);
        });
    if (state == State.COMPLETE || state == State.FAILED) {
      return;
    }
    if (finished) {
      // Some servers end with the last chunk and never say [DONE]; the answer is whole.
      out.writeBytes(DONE_FRAME);
      state = State.COMPLETE;
    } else {
      fail(Failure.of(Failure.Kind.UPSTREAM, "The provider's stream broke off before its end."));
    }
  }

  private void take(byte[] bytes, int start, int end, ByteArrayOutputStream out) {
    if (state == State.COMPLETE || state == State.FAILED) {
      return;
    }
    int data = dataOf(bytes, start, end);
    if (data < 0) {
      if (state == State.RUNNING) {
        out.write(bytes, start, end - start); // A comment, or a line of another field.
      }
      return;
    }
    if (Bytes.startsWith(bytes, data, end, DONE)) {
      out.write(bytes, start, end - start);
      state = State.COMPLETE;
      return;
    }
    int usage = Bytes.find(bytes, data, end, USAGE);
    boolean telling = usage >= 0 && !isNull(bytes, usage + USAGE.length, end);
    if ((telling || Bytes.find(bytes, data, end, ERROR) >= 0) && !look(bytes, data, end)) {
      return;
    }
    text(bytes, data, end);
    finished |= Bytes.find(bytes, data, end, FINISH) >= 0;
    write(bytes, start, end, data, out);
    if (state == State.WAITING && !handshake(bytes, data, end)) {
      state = State.RUNNING;
    }
  }

  /** Reads a frame that may carry usage or an error; false where it must not be passed on. */
  private boolean look(byte[] bytes, int data, int end) {
    UsageReader.Seen seen;
    try {
      seen = UsageReader.read(bytes, data, end);
    } catch (IOException e) {
      return true; // No JSON of ours: passed on as it is, as any other frame would be.
    }
    if (seen.error()) {
      fail(Failures.inBand(Arrays.copyOfRange(bytes, data, end)));
      return false;
    }
    if (seen.tokens() != null) {
      tokens = seen.tokens();
      counted = true;
      return seen.choices() || !hideUsage;
    }
    return true;
  }

  private void write(byte[] bytes, int start, int end, int data, ByteArrayOutputStream out) {
    int model = alias == null ? -1 : Bytes.find(bytes, data, end, MODEL);
    if (model < 0 || alias == null) {
      out.write(bytes, start, end - start);
      return;
    }
    int from = Bytes.skipSpace(bytes, model + MODEL.length, end);
    int to = stringEnd(bytes, from, end);
    out.write(bytes, start, from - start);
    out.write(alias, 0, alias.length);
    out.write(bytes, to, end - to);
  }

  /** Counts the bytes of text, for an estimate where the provider counts nothing. */
  private void text(byte[] bytes, int data, int end) {
    int content = Bytes.find(bytes, data, end, CONTENT);
    if (content >= 0) {
      int from = content + CONTENT.length;
      textBytes += Math.max(0, stringEnd(bytes, from - 1, end) - from - 1);
    }
  }

  /** The first chunk often says only who speaks: an overload may still follow it. */
  private static boolean handshake(byte[] bytes, int data, int end) {
    int content = Bytes.find(bytes, data, end, CONTENT);
    boolean silent = content >= 0 && bytes[content + CONTENT.length] == '"';
    return silent
        && Bytes.find(bytes, data, end, ROLE) >= 0
        && Bytes.find(bytes, data, end, FINISH) < 0;
  }

  /** Behind the closing quote of a string that begins at {@code at}; {@code at} where none does. */
  private static int stringEnd(byte[] bytes, int at, int end) {
    if (at >= end || bytes[at] != '"') {
      return at;
    }
    int here = at + 1;
    while (here < end && bytes[here] != '"') {
      here += bytes[here] == '\\' ? 2 : 1;
    }
    return Math.min(end, here + 1);
  }

  private static boolean isNull(byte[] bytes, int at, int end) {
    int colon = Bytes.skipSpace(bytes, at, end);
    return Bytes.startsWith(bytes, Bytes.skipSpace(bytes, colon + 1, end), end, NULL);
  }

  /** Where the first data of a frame begins, or -1 where it has none. */
  private static int dataOf(byte[] bytes, int start, int end) {
    int line = start;
    while (line < end) {
      if (Bytes.startsWith(bytes, line, end, DATA)) {
        return Bytes.skipSpace(bytes, line + DATA.length, end);
      }
      while (line < end && bytes[line] != '\n' && bytes[line] != '\r') {
        line++;
      }
      line++;
    }
    return -1;
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
    return textBytes;
  }

  @Override
  public String contentType() {
    return "text/event-stream; charset=utf-8";
  }
}
