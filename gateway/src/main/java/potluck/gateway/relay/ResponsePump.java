package potluck.gateway.relay;

import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import potluck.dialect.Passage;
import potluck.dialect.Passage.State;
import potluck.dialect.model.Failure;
import potluck.gateway.meter.Meter;
import potluck.gateway.provider.Verdict;
import potluck.gateway.upstream.UpstreamFailed;
import potluck.gateway.upstream.UpstreamResponse;

/** Pumps one answer to the caller as it arrives. Used once, by one thread. */
final class ResponsePump {
  private static final int BUFFER = 16 << 10;

  private final UpstreamResponse response;
  private final Passage passage;
  private final CredentialMask.MaskingStream masking;
  private final Map<String, String> headers;
  private final EarlyTokenCount early;
  private final ResponseWriter writer;
  private final Meter meter;
  private final long maxAnswerBytes;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(BUFFER);

  /**
   * @param masking hides the credential
   * @param headers headers of the answer to the caller
   * @param early receives the true number of input tokens
   * @param maxAnswerBytes maximum size of an answer that is held until it is complete
   */
  ResponsePump(
      UpstreamResponse response,
      Passage passage,
      CredentialMask.MaskingStream masking,
      Map<String, String> headers,
      EarlyTokenCount early,
      ResponseWriter writer,
      Meter meter,
      long maxAnswerBytes) {
    this.response = response;
    this.passage = passage;
    this.masking = masking;
    this.headers = headers;
    this.early = early;
    this.writer = writer;
    this.meter = meter;
    this.maxAnswerBytes = maxAnswerBytes;
  }

  /**
   * @param judge judges failures that the upstream reports inside its answer
   * @return {@link Verdict.Served} once the caller has the last byte
   * @throws ResponseWriter.CallerGone if the caller's connection broke during a write
   */
  Verdict run(Function<Failure, Verdict> judge) throws UpstreamFailed {
    byte[] buffer = new byte[BUFFER];
    boolean ended = false;
    long received = 0;
    while (passage.state() == State.WAITING || passage.state() == State.RUNNING) {
      int read = ended ? -1 : response.read(buffer, 0, buffer.length);
      if (read < 0) {
        ended = true;
        passage.end(out);
      } else {
        passage.accept(buffer, 0, read, out);
        received += read;
      }
      if (passage.state() == State.WAITING && received > maxAnswerBytes) {
        writer.stopKeepAlive();
        // Another account would send as much, at the same price.
        return new Verdict.CallerFault(tooLarge());
      }
      if (passage.state() == State.FAILED) {
        send();
        writer.stopKeepAlive();
        return judge.apply(failure());
      }
      if (passage.state() == State.COMPLETE) {
        if (passage.usage().inputCounted()) {
          early.recordActual(passage.tokens().input());
        }
        finish();
        return new Verdict.Served();
      }
      if (passage.state() == State.RUNNING) {
        send();
      }
    }
    throw new IllegalStateException("a passage ended in " + passage.state());
  }

  /** Sends the bytes that may leave now. */
  private void send() {
    if (out.size() == 0) {
      return;
    }
    meter.firstByte();
    if (!writer.isCommitted()) {
      writer.start(200, headers);
    }
    byte[] bytes = masking.pass(out.toByteArray(), false);
    out.reset();
    if (bytes.length > 0) {
      writer.setKeepAlive(passage.keepAlive());
      writer.write(bytes, bytes.length);
    }
  }

  /** Writes the reading before the last bytes, so that every delivered answer has a row. */
  private void finish() {
    meter.firstByte();
    meter.complete();
    byte[] bytes = masking.pass(out.toByteArray(), true);
    if (writer.isCommitted()) {
      writer.write(bytes, bytes.length);
      writer.end();
    } else if (passage.contentType().startsWith("text/event-stream")) {
      writer.start(200, headers);
      writer.write(bytes, bytes.length);
      writer.end();
    } else {
      writer.sendComplete(200, headers, bytes, bytes.length);
    }
    meter.released();
  }

  private Failure tooLarge() {
    return Failure.of(
        Failure.Kind.UPSTREAM,
        "The upstream's answer is larger than "
            + maxAnswerBytes
            + " bytes; an operator can raise POTLUCK_MAX_ANSWER_BYTES.");
  }

  private Failure failure() {
    @Nullable Failure failure = passage.failure();
    return failure == null
        ? Failure.of(Failure.Kind.UPSTREAM, "The provider's answer broke off.")
        : failure;
  }
}
