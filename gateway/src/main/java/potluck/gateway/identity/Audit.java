package potluck.gateway.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static potluck.gateway.store.ResultColumns.instant;
import static potluck.gateway.store.ResultColumns.longOrNull;

import java.io.ByteArrayOutputStream;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import potluck.gateway.crypto.Sha256;

/**
 * The audit log: what administrators did and what happened to logins. Each entry contains the hash
 * of the entry before it. It contains no secrets. Thread-safe; several nodes may write.
 */
public final class Audit {
  private static final Logger LOG = LoggerFactory.getLogger(Audit.class);
  private static final int MAX_FIELD_CHARS = 500;

  private final Jdbi jdbi;
  private final InstantSource clock;

  public Audit(Jdbi jdbi, InstantSource clock) {
    this.jdbi = jdbi;
    this.clock = clock;
  }

  /**
   * One entry.
   *
   * @param actor the user who did it; null if unknown
   * @param action such as {@code user.disable}
   * @param object what it was done to, such as {@code user 7}
   */
  public record Entry(
      long id,
      Instant at,
      @Nullable Long actor,
      String action,
      String object,
      String details,
      String address) {}

  /**
   * Selects entries; null means any.
   *
   * @param object such as {@code user 7}
   */
  public record Filter(@Nullable Long actor, @Nullable String action, @Nullable String object) {}

  /**
   * The result of a verification.
   *
   * @param wrong what is wrong with the first broken entry; empty if all are intact
   * @param entries number of entries that were read
   * @param firstAt when the first entry was written; empty without entries
   */
  public record Verification(Optional<String> wrong, long entries, Optional<Instant> firstAt) {}

  /**
   * One page of entries, newest first.
   *
   * @param total number of entries on all pages
   */
  public record Page(List<Entry> entries, long total) {}

  /**
   * Writes an entry. If the database is unavailable, the entry is logged instead; then the audited
   * action cannot have happened either.
   */
  public void record(
      @Nullable Long actor, String action, String object, String details, String address) {
    try {
      jdbi.useTransaction(
          handle ->
              append(
                  handle, actor, action, truncate(object), truncate(details), truncate(address)));
    } catch (RuntimeException e) {
      LOG.warn(
          "could not write the audit entry {} of {} by {}: {}",
          action,
          object,
          actor,
          e.getMessage());
    }
  }

  private void append(
      Handle handle,
      @Nullable Long actor,
      String action,
      String object,
      String details,
      String address) {
    // One writer at a time on all nodes, so that the chain does not fork.
    handle.execute("SELECT pg_advisory_xact_lock(4711)");
    Optional<Link> last = last(handle);
    long id = last.map(link -> link.id() + 1).orElse(1L);
    byte[] previous = last.map(Link::hash).orElse(new byte[32]);
    Instant at = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    Entry entry = new Entry(id, at, actor, action, object, details, address);
    handle
        .createUpdate(
            """
            INSERT INTO audit (id, at, actor, action, object, details, address, previous, hash)
            VALUES (:id, :at, :actor, :action, :object, :details, :address, :previous, :hash)
            """)
        .bind("id", id)
        .bind("at", at)
        .bindByType("actor", actor, Long.class)
        .bind("action", action)
        .bind("object", object)
        .bind("details", details)
        .bind("address", address)
        .bind("previous", previous)
        .bind("hash", hash(entry, previous))
        .execute();
  }

  private record Link(long id, byte[] hash) {}

  private static Optional<Link> last(Handle handle) {
    return handle
        .createQuery("SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1")
        .map((rs, _) -> new Link(rs.getLong(1), rs.getBytes(2)))
        .findOne();
  }

  /** Each field is preceded by its length, so that two fields cannot be shifted into each other. */
  private static byte[] hash(Entry entry, byte[] previous) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(previous);
    for (String field :
        List.of(
            Long.toString(entry.id()),
            Long.toString(entry.at().toEpochMilli()),
            String.valueOf(entry.actor()),
            entry.action(),
            entry.object(),
            entry.details(),
            entry.address())) {
      byte[] text = field.getBytes(UTF_8);
      bytes.writeBytes((text.length + ":").getBytes(UTF_8));
      bytes.writeBytes(text);
    }
    return Sha256.of(bytes.toByteArray());
  }

  public Page page(Filter filter, long limit, long offset) {
    String where =
        (filter.actor() == null ? "true" : "actor = :actor")
            + (filter.action() == null ? "" : " AND action = :action")
            + (filter.object() == null ? "" : " AND object = :object");
    return jdbi.withHandle(
        handle ->
            new Page(
                bind(
                        handle.createQuery(
                            "SELECT * FROM audit WHERE "
                                + where
                                + " ORDER BY id DESC LIMIT :limit OFFSET :offset"),
                        filter)
                    .bind("limit", limit)
                    .bind("offset", offset)
                    .map((rs, _) -> entry(rs))
                    .list(),
                bind(handle.createQuery("SELECT count(*) FROM audit WHERE " + where), filter)
                    .mapTo(Long.class)
                    .one()));
  }

  private static Query bind(Query query, Filter filter) {
    if (filter.actor() != null) {
      query.bind("actor", filter.actor());
    }
    if (filter.action() != null) {
      query.bind("action", filter.action());
    }
    if (filter.object() != null) {
      query.bind("object", filter.object());
    }
    return query;
  }

  private static Entry entry(ResultSet rs) throws SQLException {
    return new Entry(
        rs.getLong("id"),
        instant(rs, "at"),
        longOrNull(rs, "actor"),
        rs.getString("action"),
        rs.getString("object"),
        rs.getString("details"),
        rs.getString("address"));
  }

  /** Checks the chain from its first entry, up to the first broken one. */
  public Verification verify() {
    return jdbi.inTransaction(
        handle -> {
          List<String> problems = new ArrayList<>();
          byte[][] previous = {new byte[32]};
          long[] next = {1};
          List<Instant> firstAt = new ArrayList<>(1);
          long entries = 0;
          try (var rows =
              handle
                  .createQuery("SELECT * FROM audit ORDER BY id")
                  .setFetchSize(1000)
                  .map(
                      (rs, _) ->
                          new Linked(entry(rs), rs.getBytes("previous"), rs.getBytes("hash")))
                  .iterator()) {
            while (rows.hasNext() && problems.isEmpty()) {
              Linked row = rows.next();
              entries++;
              if (firstAt.isEmpty()) {
                firstAt.add(row.entry().at());
              }
              if (row.entry().id() != next[0]) {
                problems.add("entry " + next[0] + " is missing");
              } else if (!Arrays.equals(row.previous(), previous[0])
                  || !Arrays.equals(row.hash(), hash(row.entry(), previous[0]))) {
                problems.add("entry " + next[0] + " was changed");
              }
              previous[0] = row.hash();
              next[0]++;
            }
          }
          return new Verification(
              problems.stream().findFirst(), entries, firstAt.stream().findFirst());
        });
  }

  private record Linked(Entry entry, byte[] previous, byte[] hash) {}

  private static String truncate(String text) {
    return text.length() <= MAX_FIELD_CHARS ? text : text.substring(0, MAX_FIELD_CHARS);
  }
}
