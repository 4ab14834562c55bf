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

/** Passes one answer on to the caller as it comes. Used once, by one thread. */
final class ResponsePump {
  private static final int BUFFER = 16 << 10;

  private final UpstreamResponse answer;
  private final Passage passage;
  private final CredentialMask.MaskingStream masking;
  private final Map<String, String> headers;
  private final EarlyTokenCount early;
  private final ResponseWriter reply;
  private final Meter meter;
  private final long maxAnswerBytes;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(BUFFER);

  /**
   * @param flow hides the credential
   * @param headers to the caller
   * @param early is told how many tokens the request had
   * @param mostAnswer bytes of an answer that is held until it is whole
   */
  ResponsePump(
      UpstreamResponse answer,
      Passage passage,
      CredentialMask.MaskingStream flow,
      Map<String, String> headers,
      EarlyTokenCount early,
      ResponseWriter reply,
      Meter meter,
      long mostAnswer) {
    this.answer = answer;
    this.passage = passage;
    this.masking = flow;
    this.headers = headers;
    this.early = early;
    this.reply = reply;
    this.meter = meter;
    this.maxAnswerBytes = mostAnswer;
  }

  /**
   * @param judge of what the upstream reports within its answer
   * @return {@link Verdict.Served} once the caller has the last byte
   * @throws ResponseWriter.CallerGone where the caller's connection broke while it was written to
   */
  Verdict run(Function<Failure, Verdict> judge) throws UpstreamFailed {
    byte[] buffer = new byte[BUFFER];
    boolean ended = false;
    long received = 0;
    while (passage.state() == State.WAITING || passage.state() == State.RUNNING) {
      int read = ended ? -1 : answer.read(buffer, 0, buffer.length);
      if (read < 0) {
        ended = true;
        passage.end(out);
      } else {
        passage.accept(buffer, 0, read, out);
        received += read;
      }
      if (passage.state() == State.WAITING && received > maxAnswerBytes) {
        reply.stopKeepAlive();
        // Another account would say as much, at the same price.
        return new Verdict.CallerFault(tooLarge());
      }
      if (passage.state() == State.FAILED) {
        send();
        reply.stopKeepAlive();
        return judge.apply(failure());
      }
      if (passage.state() == State.COMPLETE) {
        if (passage.usageReported()) {
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

  /** Sends what may leave, unless nothing may yet. */
  private void send() {
    if (out.size() == 0) {
      return;
    }
    meter.firstByte();
    if (!reply.isCommitted()) {
      reply.start(200, headers);
    }
    byte[] bytes = masking.pass(out.toByteArray(), false);
    out.reset();
    if (bytes.length > 0) {
      reply.setKeepAlive(passage.keepAlive());
      reply.write(bytes, bytes.length);
    }
  }

  /** The reading first, then the last bytes: whoever has an answer has a row. */
  private void finish() {
    meter.firstByte();
    meter.complete();
    byte[] bytes = masking.pass(out.toByteArray(), true);
    if (reply.isCommitted()) {
      reply.write(bytes, bytes.length);
      reply.end();
    } else if (passage.contentType().startsWith("text/event-stream")) {
      reply.start(200, headers);
      reply.write(bytes, bytes.length);
      reply.end();
    } else {
      reply.sendComplete(200, headers, bytes, bytes.length);
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
