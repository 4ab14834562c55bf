package potluck.server.importing;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import potluck.gateway.identity.Keyring;

/**
 * The table of imports: what came before from a source, so that it does not come twice. Used by one
 * thread.
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
   * @param ownId its id here
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

  void record(RecordKind kind, String foreignId, String ours, String mark) {
    handle.execute(
        """
        INSERT INTO imports (source, kind, foreign_id, our_id, mark) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (source, kind, foreign_id) DO UPDATE SET our_id = excluded.our_id, mark = excluded.mark
        """,
        source,
        kind.label(),
        foreignId,
        ours,
        mark);
  }

  /**
   * The user here that somebody there has become; empty where they did not come, or were deleted.
   */
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

  /** The users of the source who are here, by their ids there. */
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

  /** A short name for a credential, the same at each look; too short to say anything about it. */
  static String shortDigest(String secret) {
    byte[] hash =
        Keyring.hmac(
            "import".getBytes(StandardCharsets.UTF_8), secret.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(hash, 0, 4);
  }

  /** What tells a thing from another with its number; says nothing about a secret in it. */
  String mark(String... parts) {
    byte[] hash = Keyring.hmac(markKey, String.join("\0", parts).getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(hash, 0, MARK_BYTES);
  }
}
