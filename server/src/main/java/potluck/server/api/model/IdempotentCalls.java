package potluck.server.api.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Failure.Kind;
import potluck.dialect.model.FailureException;
import potluck.gateway.relay.Call;
import potluck.gateway.relay.IdempotencyStore;
import potluck.gateway.relay.IdempotencyStore.Lookup;
import potluck.gateway.relay.Relay;
import potluck.gateway.relay.ResponseWriter;
import potluck.server.http.Surface;

/** Runs a model call with an {@code Idempotency-Key} only once, however often it is sent. */
final class IdempotentCalls {
  private static final Logger LOG = LoggerFactory.getLogger(IdempotentCalls.class);
  private static final int MAX_KEY_LENGTH = 255;

  /** Longer answers are not stored; a retry is refused then. */
  private static final int MAX_STORED_BYTES = 4 << 20;

  private final IdempotencyStore store;
  private final Relay relay;

  IdempotentCalls(IdempotencyStore store, Relay relay) {
    this.store = store;
    this.relay = relay;
  }

  /**
   * @throws FailureException INVALID for a bad key, CONFLICT while the first call runs,
   *     UNPROCESSABLE for another body
   */
  void serve(Call call, ResponseWriter reply, String key, Surface surface) {
    if (key.isBlank() || key.length() > MAX_KEY_LENGTH) {
      throw new FailureException(Kind.INVALID, "Idempotency-Key must have 1 to 255 characters.");
    }
    IdempotencyStore.IdempotencyKey name =
        new IdempotencyStore.IdempotencyKey(call.caller().user().id(), key);
    switch (store.begin(name, digest(call), call.requestId())) {
      case Lookup.First _ -> runFirst(call, reply, name);
      case Lookup.Running _ ->
          throw new FailureException(
              Failure.of(
                      Kind.CONFLICT,
                      "The first request with this Idempotency-Key is still running; try again shortly.")
                  .retryAfter(Duration.ofSeconds(1)));
      case Lookup.DifferentRequest _ ->
          throw new FailureException(
              Kind.UNPROCESSABLE,
              "This Idempotency-Key was used for a different request; use a new key.");
      case Lookup.AnswerLost _ ->
          throw new FailureException(
              Kind.CONFLICT,
              "The first request with this Idempotency-Key was served, but its answer was not stored; use a new key to run it again.");
      case Lookup.Answered again -> {
        Map<String, String> headers = new HashMap<>(again.headers());
        headers.put("idempotency-replayed", "true");
        String first = headers.get("x-request-id");
        if (first != null && surface.anthropicHeaders()) {
          headers.put("request-id", first); // Anthropic's clients read this name.
        }
        reply.sendComplete(again.status(), headers, again.body(), again.body().length);
      }
    }
  }

  private void runFirst(Call call, ResponseWriter reply, IdempotencyStore.IdempotencyKey name) {
    RecordingResponseWriter recording =
        new RecordingResponseWriter(reply, MAX_STORED_BYTES, whole -> storeResult(name, whole));
    Thread thread =
        Thread.ofVirtual()
            .name("idempotent")
            .start(
                () -> {
                  try {
                    relay.serve(call, recording);
                  } finally {
                    recording.abandon();
                  }
                });
    recording.forwardUntilEnd(thread);
  }

  /** A call that failed before it was answered may run again. */
  private void storeResult(IdempotencyStore.IdempotencyKey name, RecordingResponseWriter whole) {
    RecordingResponseWriter.Head head = whole.head();
    try {
      if (head == null || head.status() / 100 != 2) {
        store.release(name);
      } else if (whole.tooLong()) {
        store.markLost(name);
      } else {
        store.saveAnswer(name, head.status(), head.headers(), whole.body());
      }
    } catch (RuntimeException e) {
      LOG.warn("an answer could not be stored for a retry: {}", e.getMessage());
    }
  }

  private static byte[] digest(Call call) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update((call.method() + " " + call.endpoint() + "\n").getBytes(UTF_8));
      return sha.digest(call.body());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
