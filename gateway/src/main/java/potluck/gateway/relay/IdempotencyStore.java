package potluck.gateway.relay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.Secret;
import potluck.gateway.account.Vault;

/**
 * Idempotency store: keeps the answers to requests with an {@code Idempotency-Key} for 24 hours. A
 * retry gets the same answer and neither runs nor costs again. Answers are encrypted. Source: IETF,
 * "The Idempotency-Key HTTP Header Field". Thread-safe; shared by all nodes.
 */
public final class IdempotencyStore {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String LIFETIME = "interval '24 hours'";

  /** The status of a paid answer that was lost when its process ended. */
  private static final int STATUS_LOST = 0;

  private final Jdbi jdbi;
  private final Vault vault;
  private final UUID node;

  public IdempotencyStore(Jdbi jdbi, Vault vault, UUID node) {
    this.jdbi = jdbi;
    this.vault = vault;
    this.node = node;
  }

  /** A user and the key that the user sent. */
  public record IdempotencyKey(long user, String key) {}

  /** What is known about a key. */
  public sealed interface Lookup {
    /** The request is the first: it runs. */
    record First() implements Lookup {}

    /** The first request is still running. */
    record Running() implements Lookup {}

    /** The key was used for another request. */
    record DifferentRequest() implements Lookup {}

    /** The first request was paid for, but its answer is not stored. */
    record AnswerLost() implements Lookup {}

    /** The first request was answered. */
    record Answered(int status, Map<String, String> headers, byte[] body) implements Lookup {}
  }

  /**
   * Looks up a key, and reserves it if it is new.
   *
   * @param digest hash of the method, the path and the body
   */
  public Lookup begin(IdempotencyKey key, byte[] digest, UUID requestId) {
    return jdbi.inTransaction(
        handle -> {
          handle.execute("DELETE FROM idempotency WHERE created_at < now() - " + LIFETIME);
          int inserted =
              handle.execute(
                  """
                  INSERT INTO idempotency (user_id, name, digest, node, request_id)
                  VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                  """,
                  key.user(),
                  key.key(),
                  digest,
                  node,
                  requestId);
          if (inserted == 1) {
            return new Lookup.First();
          }
          return handle
              .createQuery("SELECT * FROM idempotency WHERE user_id = :user AND name = :name")
              .bind("user", key.user())
              .bind("name", key.key())
              .map(
                  (rs, _) -> {
                    if (!Arrays.equals(rs.getBytes("digest"), digest)) {
                      return new Lookup.DifferentRequest();
                    }
                    int status = rs.getInt("status");
                    if (rs.wasNull()) {
                      return new Lookup.Running();
                    }
                    return status == STATUS_LOST
                        ? new Lookup.AnswerLost()
                        : decodeAnswer(
                            key, status, rs.getString("headers"), rs.getString("answer"));
                  })
              .one();
        });
  }

  private Lookup decodeAnswer(IdempotencyKey key, int status, String headers, String sealed) {
    Optional<Secret> open = vault.open(location(key), sealed);
    if (open.isEmpty()) {
      return new Lookup.AnswerLost();
    }
    try {
      return new Lookup.Answered(
          status,
          JSON.readValue(headers, new TypeReference<Map<String, String>>() {}),
          Base64.getDecoder().decode(open.get().reveal()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("headers in the database are not a JSON object", e);
    }
  }

  /** Stores the answer of the first request. */
  public void saveAnswer(IdempotencyKey key, int status, Map<String, String> headers, byte[] body) {
    String sealed = vault.seal(location(key), new Secret(Base64.getEncoder().encodeToString(body)));
    try {
      update(key, status, JSON.writeValueAsString(headers), sealed);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The answer cannot be given again, but the request must not run again either. */
  public void markLost(IdempotencyKey key) {
    update(key, STATUS_LOST, null, null);
  }

  private void update(
      IdempotencyKey key, int status, @Nullable String headers, @Nullable String answer) {
    jdbi.useHandle(
        handle ->
            handle.execute(
                """
                UPDATE idempotency SET status = ?, headers = ?::jsonb, answer = ?
                WHERE user_id = ? AND name = ?
                """,
                status,
                headers,
                answer,
                key.user(),
                key.key()));
  }

  /** The first request came to nothing: the next one is the first. */
  public void release(IdempotencyKey key) {
    jdbi.useHandle(
        handle ->
            handle.execute(
                "DELETE FROM idempotency WHERE user_id = ? AND name = ?", key.user(), key.key()));
  }

  /**
   * Cleans up requests that an earlier run of this node left running, after its journal was posted:
   * requests that cost nothing may run again.
   */
  public void recover() {
    jdbi.useTransaction(
        handle -> {
          handle.execute(
              """
              UPDATE idempotency i SET status = 0 WHERE node = ? AND status IS NULL AND EXISTS (
                SELECT FROM usage u WHERE u.request_id = i.request_id
                  AND u.input_tokens + u.output_tokens > 0)
              """,
              node);
          handle.execute("DELETE FROM idempotency WHERE node = ? AND status IS NULL", node);
        });
  }

  private static Vault.Location location(IdempotencyKey key) {
    return new Vault.Location("idempotency", key.user() + "/" + key.key(), "answer");
  }
}
