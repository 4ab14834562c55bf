package potluck.gateway.meter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
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
 * Keeps what was asked, where the operator has switched that on: without secrets, sealed, and for
 * some days. Nobody waits for it: what comes faster than it can be written is not kept, and counted
 * in the log. Safe for use by many threads.
 */
public final class BodyLog implements AutoCloseable {
  /** Bounds of the origin's (contract 4.8), in bytes, headers and characters. */
  private static final int MOST_BODY = 64 * 1024;

  private static final int MOST_HEADERS = 80;
  private static final int MOST_HEADER = 1024;
  private static final int MOST_HEADER_CHARACTERS = 16 * 1024;
  private static final int MOST_WAITING = 256;

  private static final Logger LOG = LoggerFactory.getLogger(BodyLog.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<Map<String, String>> HEADERS = new TypeReference<>() {};
  private static final Pattern SECRET_HEADER =
      Pattern.compile("authorization|cookie|token|api-?key|secret|password|signature");
  private static final Pattern SECRET =
      Pattern.compile("\\b(sk-|sk_|gh[pousr]_|AIza|AKIA|ya29\\.|eyJ)[A-Za-z0-9._-]{12,}");

  private final Jdbi jdbi;
  private final Vault vault;
  private final boolean on;
  private final BlockingQueue<Asked> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
  private final AtomicLong missed = new AtomicLong();
  private final Thread thread;

  private record Asked(
      UUID request, long user, Map<String, String> headers, String body, Instant at) {}

  /** What was kept of a request. */
  public record Kept(Map<String, String> headers, String body) {}

  /**
   * @param on whether anything is kept
   */
  public BodyLog(Jdbi jdbi, Vault vault, boolean on) {
    this.jdbi = jdbi;
    this.vault = vault;
    this.on = on;
    this.thread = Thread.ofVirtual().name("body-log").unstarted(this::run);
  }

  public void start() {
    if (on) {
      thread.start();
    }
  }

  public boolean on() {
    return on;
  }

  /** Takes note of a request; at once, whatever the database does. */
  public void keep(UUID request, long user, Map<String, String> headers, byte[] body, Instant at) {
    if (!on) {
      return;
    }
    Asked asked = new Asked(request, user, redacted(headers), redacted(body), at);
    if (!waiting.offer(asked)) {
      missed.incrementAndGet();
    }
  }

  /**
   * What was kept of the request that a row of usage tells of.
   *
   * @param row the number of the row
   * @param user whose row it must be; null for anybody's
   */
  public Optional<Kept> find(long row, @Nullable Long user) {
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
                    .map((rs, _) -> kept(rs.getString(1), rs.getString(2), rs.getString(3)))
                    .findOne())
        .flatMap(found -> found);
  }

  private Optional<Kept> kept(String request, String headers, String sealed) {
    return opened(vault, request, sealed)
        .map(
            body -> {
              try {
                return new Kept(JSON.readValue(headers, HEADERS), body);
              } catch (JsonProcessingException e) {
                throw new IllegalStateException(e);
              }
            });
  }

  /** What was asked, from a row of what is kept; empty where no key of the vault opens it. */
  public static Optional<String> opened(Vault vault, String request, String sealed) {
    return vault.open(place(request), sealed).map(Secret::reveal);
  }

  private static Vault.Place place(String request) {
    return new Vault.Place("request_bodies", request, "body");
  }

  private void run() {
    try {
      while (true) {
        write(waiting.take());
      }
    } catch (InterruptedException closed) {
      waiting.forEach(this::write);
    }
  }

  private void write(Asked asked) {
    try {
      String request = asked.request().toString();
      String sealed = vault.seal(place(request), new Secret(asked.body()));
      String headers = JSON.writeValueAsString(asked.headers());
      jdbi.useHandle(
          handle ->
              handle.execute(
                  """
                  INSERT INTO request_bodies (request_id, user_id, headers, body, at)
                  VALUES (?, ?, ?::jsonb, ?, ?) ON CONFLICT DO NOTHING
                  """,
                  asked.request(),
                  asked.user(),
                  headers,
                  sealed,
                  Timestamp.from(asked.at())));
    } catch (RuntimeException | JsonProcessingException e) {
      missed.incrementAndGet();
    }
    long lost = missed.getAndSet(0);
    if (lost > 0) {
      LOG.warn("the bodies of {} requests could not be kept", lost);
    }
  }

  private static Map<String, String> redacted(Map<String, String> headers) {
    Map<String, String> kept = new LinkedHashMap<>();
    int characters = 0;
    for (Map.Entry<String, String> header : headers.entrySet()) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      String value = SECRET_HEADER.matcher(name).find() ? "***" : cut(header.getValue());
      characters += name.length() + value.length();
      if (kept.size() == MOST_HEADERS || characters > MOST_HEADER_CHARACTERS) {
        break;
      }
      kept.put(name, hidden(value));
    }
    return kept;
  }

  private static String cut(String value) {
    return value.length() <= MOST_HEADER ? value : value.substring(0, MOST_HEADER - 1) + "…";
  }

  private static String redacted(byte[] body) {
    int length = Math.min(body.length, MOST_BODY);
    String text = hidden(new String(body, 0, length, StandardCharsets.UTF_8));
    return length == body.length ? text : text + "… (" + body.length + " bytes)";
  }

  private static String hidden(String text) {
    // PostgreSQL's JSON takes no NUL.
    return SECRET.matcher(text.replace("\0", "")).replaceAll("$1***");
  }

  @Override
  public void close() {
    thread.interrupt();
    if (on) {
      try {
        thread.join(2_000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
