package potluck.gateway.meter;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.TokenUsage;
import potluck.gateway.decision.Decision;

/**
 * Encodes and decodes intents and readings for the journal. The first byte is the version of the
 * format. Stateless.
 */
final class JournalCodec {
  private static final int VERSION = 5;

  /** The version before costs were journaled. */
  private static final int WITHOUT_CHARGE = 1;

  /** The version before the reason of an attempt was journaled. */
  private static final int WITHOUT_REASON = 2;

  /** The version before the decision was journaled. */
  private static final int WITHOUT_DECISION = 3;

  /** The version before counts that were not believed were journaled. */
  private static final int WITHOUT_DISPUTED = 4;

  private static final int MAX_TEXT_CHARS = 2000;

  private JournalCodec() {}

  static byte[] intent(Intent intent) {
    return write(
        out -> {
          id(out, intent.requestId());
          text(out, intent.clientRequestId());
          out.writeLong(intent.userId());
          out.writeLong(intent.keyId());
          text(out, intent.endpoint());
          text(out, intent.method());
          text(out, intent.model());
          text(out, intent.configType());
          text(out, intent.clientApp());
          out.writeBoolean(intent.stream());
          out.writeLong(intent.at().toEpochMilli());
        });
  }

  static Intent intent(byte[] bytes) {
    return read(
        bytes,
        in ->
            new Intent(
                id(in),
                text(in),
                in.readLong(),
                in.readLong(),
                textOrEmpty(in),
                textOrEmpty(in),
                textOrEmpty(in),
                text(in),
                text(in),
                in.readBoolean(),
                Instant.ofEpochMilli(in.readLong())));
  }

  static byte[] reading(UUID requestId, Reading reading) {
    return write(
        out -> {
          id(out, requestId);
          out.writeInt(reading.status());
          out.writeBoolean(reading.complete());
          out.writeBoolean(reading.estimated());
          tokens(out, reading.tokens());
          text(out, reading.error());
          text(out, reading.account());
          out.writeBoolean(reading.shared());
          out.writeLong(reading.charge().costMicros());
          out.writeLong(reading.charge().quotaMicros());
          out.writeLong(reading.charge().reportedMicros());
          text(out, reading.charge().group());
          out.writeLong(reading.firstByteMs());
          out.writeLong(reading.durationMs());
          out.writeShort(reading.attempts().size());
          for (Attempt attempt : reading.attempts()) {
            text(out, attempt.account());
            out.writeInt(attempt.status());
            out.writeLong(attempt.milliseconds());
            text(out, attempt.outcome());
            text(out, attempt.reason());
          }
          reading.decision().write(out);
          @Nullable TokenUsage disputed = reading.disputed();
          out.writeBoolean(disputed != null);
          if (disputed != null) {
            tokens(out, disputed);
          }
        });
  }

  static Reading reading(byte[] bytes) {
    return read(
        bytes,
        in -> {
          id(in);
          int status = in.readInt();
          boolean complete = in.readBoolean();
          boolean estimated = in.readBoolean();
          TokenUsage tokens = tokens(in);
          @Nullable String error = text(in);
          @Nullable String account = text(in);
          boolean shared = in.readBoolean();
          Charge charge = charge(in, bytes[0]);
          long firstByteMs = in.readLong();
          long durationMs = in.readLong();
          List<Attempt> attempts = attempts(in, bytes[0]);
          Decision decision = bytes[0] <= WITHOUT_DECISION ? Decision.EMPTY : Decision.read(in);
          return new Reading(
              status,
              complete,
              estimated,
              tokens,
              bytes[0] > WITHOUT_DISPUTED && in.readBoolean() ? tokens(in) : null,
              error,
              account,
              shared,
              charge,
              firstByteMs,
              durationMs,
              attempts,
              decision);
        });
  }

  private static void tokens(DataOutputStream out, TokenUsage tokens) throws IOException {
    out.writeLong(tokens.input());
    out.writeLong(tokens.cached());
    out.writeLong(tokens.cacheWritten());
    out.writeLong(tokens.output());
    out.writeLong(tokens.reasoning());
  }

  private static TokenUsage tokens(DataInputStream in) throws IOException {
    return new TokenUsage(
        in.readLong(), in.readLong(), in.readLong(), in.readLong(), in.readLong());
  }

  private static Charge charge(DataInputStream in, byte version) throws IOException {
    return version == WITHOUT_CHARGE
        ? Charge.NONE
        : new Charge(in.readLong(), in.readLong(), in.readLong(), textOrEmpty(in));
  }

  static byte[] released(UUID requestId) {
    return write(out -> id(out, requestId));
  }

  /** The id of the request that a record is about; every record starts with it. */
  static UUID requestId(byte[] bytes) {
    return read(bytes, JournalCodec::id);
  }

  private static List<Attempt> attempts(DataInputStream in, byte version) throws IOException {
    int count = in.readUnsignedShort();
    List<Attempt> attempts = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      attempts.add(
          new Attempt(
              textOrEmpty(in),
              in.readInt(),
              in.readLong(),
              textOrEmpty(in),
              version <= WITHOUT_REASON ? "" : textOrEmpty(in)));
    }
    return attempts;
  }

  private static void id(DataOutputStream out, UUID id) throws IOException {
    out.writeLong(id.getMostSignificantBits());
    out.writeLong(id.getLeastSignificantBits());
  }

  private static UUID id(DataInputStream in) throws IOException {
    return new UUID(in.readLong(), in.readLong());
  }

  private static void text(DataOutputStream out, @Nullable String text) throws IOException {
    if (text == null) {
      out.writeShort(-1);
      return;
    }
    String cut = text.length() <= MAX_TEXT_CHARS ? text : text.substring(0, MAX_TEXT_CHARS);
    byte[] bytes = cut.getBytes(StandardCharsets.UTF_8);
    out.writeShort(bytes.length);
    out.write(bytes);
  }

  private static @Nullable String text(DataInputStream in) throws IOException {
    short length = in.readShort();
    return length < 0 ? null : new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }

  private static String textOrEmpty(DataInputStream in) throws IOException {
    @Nullable String text = text(in);
    return text == null ? "" : text;
  }

  private interface Encoder {
    void to(DataOutputStream out) throws IOException;
  }

  private interface Decoder<T> {
    T from(DataInputStream in) throws IOException;
  }

  private static byte[] write(Encoder writing) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      writing.to(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static <T> T read(byte[] bytes, Decoder<T> parsing) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int version = in.readUnsignedByte();
      if (version < WITHOUT_CHARGE || version > VERSION) {
        throw new IllegalStateException(
            "the journal was written by a newer version (format " + version + ")");
      }
      return parsing.from(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
