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
public final class Retries {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String LIFE = "interval '24 hours'";

  /** The status of an answer that was paid for and lost with its program. */
  private static final int LOST = 0;

  private final Jdbi jdbi;
  private final Vault vault;
  private final UUID node;

  public Retries(Jdbi jdbi, Vault vault, UUID node) {
    this.jdbi = jdbi;
    this.vault = vault;
    this.node = node;
  }

  /** Whose key, and its text. */
  public record Name(long user, String key) {}

  /** What a key says of a request. */
  public sealed interface Said {
    /** It is the first: it runs. */
    record First() implements Said {}

    /** The first is still under way. */
    record Running() implements Said {}

    /** The key was used for another request. */
    record Other() implements Said {}

    /** The first was paid for, but its answer was lost with the program that made it. */
    record Lost() implements Said {}

    /** It was answered. */
    record Answered(int status, Map<String, String> headers, byte[] body) implements Said {}
  }

  /**
   * @param digest of the method, the path and the body
   */
  public Said begin(Name name, byte[] digest, UUID requestId) {
    return jdbi.inTransaction(
        handle -> {
          handle.execute("DELETE FROM idempotency WHERE created_at < now() - " + LIFE);
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
            return new Said.First();
          }
          return handle
              .createQuery("SELECT * FROM idempotency WHERE user_id = :user AND name = :name")
              .bind("user", name.user())
              .bind("name", name.key())
              .map(
                  (rs, _) -> {
                    if (!java.util.Arrays.equals(rs.getBytes("digest"), digest)) {
                      return new Said.Other();
                    }
                    int status = rs.getInt("status");
                    if (rs.wasNull()) {
                      return new Said.Running();
                    }
                    return status == LOST
                        ? new Said.Lost()
                        : answered(name, status, rs.getString("headers"), rs.getString("answer"));
                  })
              .one();
        });
  }

  private Said answered(Name name, int status, String headers, String sealed) {
    Optional<Secret> open = vault.open(place(name), sealed);
    if (open.isEmpty()) {
      return new Said.Lost();
    }
    try {
      return new Said.Answered(
          status,
          JSON.readValue(headers, new TypeReference<Map<String, String>>() {}),
          Base64.getDecoder().decode(open.get().reveal()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("headers in the database are no JSON object", e);
    }
  }

  /** Keeps the answer of the first. */
  public void keep(Name name, int status, Map<String, String> headers, byte[] body) {
    String sealed = vault.seal(place(name), new Secret(Base64.getEncoder().encodeToString(body)));
    try {
      end(name, status, JSON.writeValueAsString(headers), sealed);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The answer cannot be given again, but neither may the request run again. */
  public void lose(Name name) {
    end(name, LOST, null, null);
  }

  private void end(Name name, int status, @Nullable String headers, @Nullable String answer) {
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
  public void forget(Name name) {
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

  private static Vault.Place place(Name name) {
    return new Vault.Place("idempotency", name.user() + "/" + name.key(), "answer");
  }
}
