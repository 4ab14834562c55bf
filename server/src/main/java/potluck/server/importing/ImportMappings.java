package potluck.server.importing;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import potluck.gateway.identity.Keyring;

/**
 * The table of imports: what was imported earlier from a source, so that it is not imported twice.
 * For one thread.
 */
final class ImportMappings {
  private static final int MARK_BYTES = 16;

  private final Handle handle;
  private final String source;
  private final byte[] markKey;

  ImportMappings(Handle handle, String source, Keyring keyring) {
    this.handle = handle;
    this.source = source;
    this.markKey = keyring.derive("import-mark-v1");
  }

  /**
   * An earlier import.
   *
   * @param ownId the id in Potluck
   */
  record Mapping(String ownId, String mark) {}

  Optional<Mapping> find(RecordKind kind, String foreignId) {
    return handle
        .createQuery(
            "SELECT our_id, mark FROM imports WHERE source = :source AND kind = :kind AND foreign_id = :id")
        .bind("source", source)
        .bind("kind", kind.label())
        .bind("id", foreignId)
        .map((rs, _) -> new Mapping(rs.getString(1), rs.getString(2)))
        .findOne();
  }

  void record(RecordKind kind, String foreignId, String ownId, String mark) {
    handle.execute(
        """
        INSERT INTO imports (source, kind, foreign_id, our_id, mark) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (source, kind, foreign_id) DO UPDATE SET our_id = excluded.our_id, mark = excluded.mark
        """,
        source,
        kind.label(),
        foreignId,
        ownId,
        mark);
  }

  /** The imported user; empty if the user was not imported or was deleted. */
  Optional<Long> findUser(String foreignId) {
    return find(RecordKind.USER, foreignId)
        .map(before -> Long.valueOf(before.ownId()))
        .filter(
            id ->
                handle
                    .createQuery("SELECT EXISTS (SELECT FROM users WHERE id = :id)")
                    .bind("id", id)
                    .mapTo(Boolean.class)
                    .one());
  }

  /** The imported users by their ids in the source. */
  Map<String, Long> usersBySourceId() {
    Map<String, Long> users = new HashMap<>();
    handle
        .createQuery(
            "SELECT i.foreign_id, u.id FROM imports i JOIN users u ON u.id::text = i.our_id"
                + " WHERE i.source = :source AND i.kind = :kind")
        .bind("source", source)
        .bind("kind", RecordKind.USER.label())
        .map((rs, _) -> Map.entry(rs.getString(1), rs.getLong(2)))
        .forEach(user -> users.put(user.getKey(), user.getValue()));
    return users;
  }

  /** A short stable name of a credential that reveals nothing about it. */
  static String shortDigest(String secret) {
    byte[] hash =
        Keyring.hmac(
            "import".getBytes(StandardCharsets.UTF_8), secret.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(hash, 0, 4);
  }

  /** Distinguishes two things with the same id; reveals no secret. */
  String mark(String... parts) {
    byte[] hash = Keyring.hmac(markKey, String.join("\0", parts).getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(hash, 0, MARK_BYTES);
  }
}
