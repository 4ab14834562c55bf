package potluck.gateway.relay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.Secret;
import potluck.gateway.account.Vault;

/**
 * What was answered under an {@code Idempotency-Key}, for a day: a retry is given the same answer
 * and neither runs nor pays again. Answers are sealed. Source: IETF, "The Idempotency-Key HTTP
 * Header Field". Safe for use by many threads and nodes.
 */
public final class IdempotencyStore {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String LIFETIME = "interval '24 hours'";

  /** The status of an answer that was paid for and lost with its program. */
  private static final int STATUS_LOST = 0;

  private final Jdbi jdbi;
  private final Vault vault;
  private final UUID node;

  public IdempotencyStore(Jdbi jdbi, Vault vault, UUID node) {
    this.jdbi = jdbi;
    this.vault = vault;
    this.node = node;
  }

  /** Whose key, and its text. */
  public record IdempotencyKey(long user, String key) {}

  /** What a key says of a request. */
  public sealed interface Lookup {
    /** It is the first: it runs. */
    record First() implements Lookup {}

    /** The first is still under way. */
    record Running() implements Lookup {}

    /** The key was used for another request. */
    record DifferentRequest() implements Lookup {}

    /** The first was paid for, but its answer was lost with the program that made it. */
    record AnswerLost() implements Lookup {}

    /** It was answered. */
    record Answered(int status, Map<String, String> headers, byte[] body) implements Lookup {}
  }

  /**
   * @param digest of the method, the path and the body
   */
  public Lookup begin(IdempotencyKey name, byte[] digest, UUID requestId) {
    return jdbi.inTransaction(
        handle -> {
          handle.execute("DELETE FROM idempotency WHERE created_at < now() - " + LIFETIME);
          int made =
              handle.execute(
                  """
                  INSERT INTO idempotency (user_id, name, digest, node, request_id)
                  VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                  """,
                  name.user(),
                  name.key(),
                  digest,
                  node,
                  requestId);
          if (made == 1) {
            return new Lookup.First();
          }
          return handle
              .createQuery("SELECT * FROM idempotency WHERE user_id = :user AND name = :name")
              .bind("user", name.user())
              .bind("name", name.key())
              .map(
                  (rs, _) -> {
                    if (!java.util.Arrays.equals(rs.getBytes("digest"), digest)) {
                      return new Lookup.DifferentRequest();
                    }
                    int status = rs.getInt("status");
                    if (rs.wasNull()) {
                      return new Lookup.Running();
                    }
                    return status == STATUS_LOST
                        ? new Lookup.AnswerLost()
                        : decodeAnswer(
                            name, status, rs.getString("headers"), rs.getString("answer"));
                  })
              .one();
        });
  }

  private Lookup decodeAnswer(IdempotencyKey name, int status, String headers, String sealed) {
    Optional<Secret> open = vault.open(location(name), sealed);
    if (open.isEmpty()) {
      return new Lookup.AnswerLost();
    }
    try {
      return new Lookup.Answered(
          status,
          JSON.readValue(headers, new TypeReference<Map<String, String>>() {}),
          Base64.getDecoder().decode(open.get().reveal()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("headers in the database are no JSON object", e);
    }
  }

  /** Keeps the answer of the first. */
  public void saveAnswer(
      IdempotencyKey name, int status, Map<String, String> headers, byte[] body) {
    String sealed =
        vault.seal(location(name), new Secret(Base64.getEncoder().encodeToString(body)));
    try {
      update(name, status, JSON.writeValueAsString(headers), sealed);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The answer cannot be given again, but neither may the request run again. */
  public void markLost(IdempotencyKey name) {
    update(name, STATUS_LOST, null, null);
  }

  private void update(
      IdempotencyKey name, int status, @Nullable String headers, @Nullable String answer) {
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
                name.user(),
                name.key()));
  }

  /** The first came to nothing: the next one is the first. */
  public void release(IdempotencyKey name) {
    jdbi.useHandle(
        handle ->
            handle.execute(
                "DELETE FROM idempotency WHERE user_id = ? AND name = ?", name.user(), name.key()));
  }

  /**
   * Looks after what an earlier life of this node left under way, once its journal is posted: what
   * cost nothing may run again.
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

  private static Vault.Location location(IdempotencyKey name) {
    return new Vault.Location("idempotency", name.user() + "/" + name.key(), "answer");
  }
}
