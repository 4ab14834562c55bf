package potluck.gateway.meter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import potluck.gateway.account.Secret;
import potluck.gateway.account.Vault;

/**
 * Stores request headers and bodies for some days if the operator has enabled it, with secrets
 * masked and the body encrypted. Requests never wait for it: if more arrive than can be written,
 * they are dropped and counted in the log. Thread-safe.
 */
public final class BodyLog implements AutoCloseable {
  /** AntiHub's limits. */
  private static final int MAX_BODY_BYTES = 64 * 1024;

  private static final int MAX_HEADERS = 80;
  private static final int MAX_HEADER_VALUE_CHARS = 1024;
  private static final int MAX_TOTAL_HEADER_CHARS = 16 * 1024;
  private static final int MAX_QUEUED = 256;

  private static final Logger LOG = LoggerFactory.getLogger(BodyLog.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<Map<String, String>> HEADERS = new TypeReference<>() {};
  private static final Pattern SECRET_HEADER =
      Pattern.compile("authorization|cookie|token|api-?key|secret|password|signature");
  private static final Pattern SECRET =
      Pattern.compile("\\b(sk-|sk_|gh[pousr]_|AIza|AKIA|ya29\\.|eyJ)[A-Za-z0-9._-]{12,}");

  private final Jdbi jdbi;
  private final Vault vault;
  private final boolean enabled;
  private final BlockingQueue<QueuedBody> queue = new ArrayBlockingQueue<>(MAX_QUEUED);
  private final AtomicLong dropped = new AtomicLong();
  private final Thread thread;

  private record QueuedBody(
      UUID request, long user, Map<String, String> headers, String body, Instant at) {}

  /** The stored headers and body of a request. */
  public record StoredBody(Map<String, String> headers, String body) {}

  /**
   * @param enabled whether anything is stored
   */
  public BodyLog(Jdbi jdbi, Vault vault, boolean enabled) {
    this.jdbi = jdbi;
    this.vault = vault;
    this.enabled = enabled;
    this.thread = Thread.ofVirtual().name("body-log").unstarted(this::run);
  }

  public void start() {
    if (enabled) {
      thread.start();
    }
  }

  public boolean enabled() {
    return enabled;
  }

  /** Queues a request to be stored; returns at once. */
  public void record(
      UUID request, long user, Map<String, String> headers, byte[] body, Instant at) {
    if (!enabled) {
      return;
    }
    QueuedBody queued = new QueuedBody(request, user, redact(headers), redact(body), at);
    if (!queue.offer(queued)) {
      dropped.incrementAndGet();
    }
  }

  /**
   * Finds the stored headers and body of a usage row.
   *
   * @param row the id of the row
   * @param user the owner that the row must have; null for any
   */
  public Optional<StoredBody> find(long row, @Nullable Long user) {
    return jdbi.withHandle(
            handle ->
                handle
                    .createQuery(
                        """
                        SELECT b.request_id, b.headers::text, b.body FROM request_bodies b
                        JOIN usage u ON u.request_id = b.request_id
                        WHERE u.id = :row AND (:user::bigint IS NULL OR u.user_id = :user)
                        """)
                    .bind("row", row)
                    .bind("user", user)
                    .map((rs, _) -> storedBody(rs.getString(1), rs.getString(2), rs.getString(3)))
                    .findOne())
        .flatMap(found -> found);
  }

  private Optional<StoredBody> storedBody(String request, String headers, String sealed) {
    return decrypt(vault, request, sealed)
        .map(
            body -> {
              try {
                return new StoredBody(JSON.readValue(headers, HEADERS), body);
              } catch (JsonProcessingException e) {
                throw new IllegalStateException(e);
              }
            });
  }

  /** Decrypts a stored body; empty if no key of the vault decrypts it. */
  public static Optional<String> decrypt(Vault vault, String request, String sealed) {
    return vault.open(location(request), sealed).map(Secret::reveal);
  }

  private static Vault.Location location(String request) {
    return new Vault.Location("request_bodies", request, "body");
  }

  private void run() {
    try {
      while (true) {
        write(queue.take());
      }
    } catch (InterruptedException closed) {
      queue.forEach(this::write);
    }
  }

  private void write(QueuedBody queued) {
    try {
      String request = queued.request().toString();
      String sealed = vault.seal(location(request), new Secret(queued.body()));
      String headers = JSON.writeValueAsString(queued.headers());
      jdbi.useHandle(
          handle ->
              handle.execute(
                  """
                  INSERT INTO request_bodies (request_id, user_id, headers, body, at)
                  VALUES (?, ?, ?::jsonb, ?, ?) ON CONFLICT DO NOTHING
                  """,
                  queued.request(),
                  queued.user(),
                  headers,
                  sealed,
                  queued.at()));
    } catch (RuntimeException | JsonProcessingException e) {
      dropped.incrementAndGet();
    }
    long lost = dropped.getAndSet(0);
    if (lost > 0) {
      LOG.warn("could not store the bodies of {} requests", lost);
    }
  }

  private static Map<String, String> redact(Map<String, String> headers) {
    Map<String, String> kept = new LinkedHashMap<>();
    int characters = 0;
    for (Map.Entry<String, String> header : headers.entrySet()) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      String value = SECRET_HEADER.matcher(name).find() ? "***" : truncate(header.getValue());
      characters += name.length() + value.length();
      if (kept.size() == MAX_HEADERS || characters > MAX_TOTAL_HEADER_CHARS) {
        break;
      }
      kept.put(name, maskSecrets(value));
    }
    return kept;
  }

  private static String truncate(String value) {
    return value.length() <= MAX_HEADER_VALUE_CHARS
        ? value
        : value.substring(0, MAX_HEADER_VALUE_CHARS - 1) + "…";
  }

  private static String redact(byte[] body) {
    int length = Math.min(body.length, MAX_BODY_BYTES);
    String text = maskSecrets(new String(body, 0, length, StandardCharsets.UTF_8));
    return length == body.length ? text : text + "… (" + body.length + " bytes)";
  }

  private static String maskSecrets(String text) {
    // PostgreSQL's jsonb rejects NUL.
    return SECRET.matcher(text.replace("\0", "")).replaceAll("$1***");
  }

  @Override
  public void close() {
    thread.interrupt();
    if (enabled) {
      try {
        thread.join(2_000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
