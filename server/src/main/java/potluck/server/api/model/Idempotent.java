package potluck.server.api.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Failure.Kind;
import potluck.dialect.model.Refused;
import potluck.gateway.relay.Call;
import potluck.gateway.relay.Relay;
import potluck.gateway.relay.Reply;
import potluck.gateway.relay.Retries;
import potluck.gateway.relay.Retries.Said;

/** Serves model calls that carry an {@code Idempotency-Key}: once, however often they are sent. */
final class Idempotent {
  private static final Logger LOG = LoggerFactory.getLogger(Idempotent.class);
  private static final int LONGEST_KEY = 255;

  /** Longer answers are not kept; a retry of theirs is refused. */
  private static final int MOST_ANSWER = 4 << 20;

  private final Retries retries;
  private final Relay relay;

  Idempotent(Retries retries, Relay relay) {
    this.retries = retries;
    this.relay = relay;
  }

  /**
   * @throws Refused (INVALID) with a bad key, (CONFLICT) while the first runs, (UNPROCESSABLE) with
   *     another body
   */
  void serve(Call call, Reply reply, String key) {
    if (key.isBlank() || key.length() > LONGEST_KEY) {
      throw new Refused(Kind.INVALID, "Idempotency-Key must have 1 to 255 characters.");
    }
    Retries.Name name = new Retries.Name(call.caller().user().id(), key);
    switch (retries.begin(name, digest(call), call.requestId())) {
      case Said.First _ -> first(call, reply, name);
      case Said.Running _ ->
          throw new Refused(
              Failure.of(
                      Kind.CONFLICT,
                      "The first request with this Idempotency-Key is still running; try again in a"
                          + " moment.")
                  .retryAfter(java.time.Duration.ofSeconds(1)));
      case Said.Other _ ->
          throw new Refused(
              Kind.UNPROCESSABLE,
              "This Idempotency-Key was used for another request; use a new key for a new one.");
      case Said.Lost _ ->
          throw new Refused(
              Kind.CONFLICT,
              "The first request with this Idempotency-Key was served, but its answer is not kept;"
                  + " use a new key to run it again.");
      case Said.Answered again -> {
        Map<String, String> headers = new HashMap<>(again.headers());
        headers.put("idempotency-replayed", "true");
        String first = headers.get("x-request-id");
        if (first != null && call.dialect().name().equals("anthropic")) {
          headers.put("request-id", first); // Its clients know it by this name.
        }
        reply.whole(again.status(), headers, again.body(), again.body().length);
      }
    }
  }

  private void first(Call call, Reply reply, Retries.Name name) {
    Recording recording = new Recording(reply, MOST_ANSWER, whole -> keep(name, whole));
    Thread maker =
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
    recording.pump(maker);
  }

  /** What went wrong before anything was answered may run again. */
  private void keep(Retries.Name name, Recording whole) {
    Recording.Head head = whole.head();
    try {
      if (head == null || head.status() / 100 != 2) {
        retries.forget(name);
      } else if (whole.overflowed()) {
        retries.lose(name);
      } else {
        retries.keep(name, head.status(), head.headers(), whole.body());
      }
    } catch (RuntimeException e) {
      LOG.warn("an answer could not be kept for a retry: {}", e.getMessage());
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
