package potluck.gateway.account;

import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Encrypts credentials again that an older key encrypted, while the program serves. Each row is one
 * statement that changes the row only if it is still what was read, so the work can be interrupted
 * and repeated, and two nodes may do it at once. Runs once, on its own thread.
 */
public final class CredentialReencryption implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(CredentialReencryption.class);
  private static final int BATCH = 200;

  private final Jdbi jdbi;
  private final Vault vault;

  public CredentialReencryption(Jdbi jdbi, Vault vault) {
    this.jdbi = jdbi;
    this.vault = vault;
  }

  /** The columns that hold credentials, and the column that identifies a row. */
  private enum Column {
    ACCOUNTS("accounts", "cookie_id", "secret"),
    PLUGIN_USERS("plugin_users", "cookie_id", "api_key");

    private final String table;
    private final String row;
    private final String field;

    Column(String table, String row, String field) {
      this.table = table;
      this.row = row;
      this.field = field;
    }
  }

  private record Row(String id, String sealed) {}

  @Override
  public void run() {
    try {
      int changed = 0;
      for (Column column : Column.values()) {
        changed += reencrypt(column);
      }
      if (changed > 0) {
        LOG.info(
            "encrypted {} credentials again with the newest key; the older keys can be removed",
            changed);
      }
    } catch (RuntimeException e) {
      LOG.warn("could not encrypt all credentials with the newest key yet: {}", e.getMessage());
    }
  }

  private int reencrypt(Column column) {
    int changed = 0;
    String after = "";
    List<Row> batch = batch(column, after);
    while (!batch.isEmpty()) {
      for (Row row : batch) {
        changed += reencryptRow(column, row) ? 1 : 0;
        after = row.id();
      }
      batch = batch(column, after);
    }
    return changed;
  }

  private List<Row> batch(Column column, String after) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    "SELECT %s, %s FROM %s WHERE %1$s > :after AND %2$s IS NOT NULL ORDER BY %1$s LIMIT %d"
                        .formatted(column.row, column.field, column.table, BATCH))
                .bind("after", after)
                .map((rs, _) -> new Row(rs.getString(1), rs.getString(2)))
                .list());
  }

  private boolean reencryptRow(Column column, Row row) {
    Vault.Location place = new Vault.Location(column.table, row.id(), column.field);
    if (vault.isSealedWithNewestKey(row.sealed())) {
      return false;
    }
    Optional<Secret> secret = vault.open(place, row.sealed());
    return secret.isPresent()
        && jdbi.withHandle(
            handle ->
                handle.execute(
                        "UPDATE %s SET %s = ? WHERE %s = ? AND %2$s = ?"
                            .formatted(column.table, column.field, column.row),
                        vault.seal(place, secret.get()),
                        row.id(),
                        row.sealed())
                    == 1);
  }
}
