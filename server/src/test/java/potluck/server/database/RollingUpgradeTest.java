package potluck.server.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.ibatis.migration.Change;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Migrations are compatible with the previous version, because during a rolling upgrade its nodes
 * use the new schema. A migration must not remove what they read or reject what they write.
 */
class RollingUpgradeTest {
  private static final Pattern TABLE = Pattern.compile("create table (\\w+)");
  private static final Pattern CHANGED = Pattern.compile("(?:alter table|on|to) (?:only )?(\\w+)");
  private static final Pattern DROPPED = Pattern.compile("drop constraint (\\w+)");
  private static final Pattern ADDED = Pattern.compile("add constraint (\\w+)");

  /** Changes that break nodes of the previous version. */
  private static final Pattern REMOVES =
      Pattern.compile(
          "drop (table|column|view|function|default|index)|rename |alter column \\w+ (set data )?type"
              + "|set not null|truncate |delete from |add column (?!.*default)[^,]*not null"
              + "|create unique index|create (or replace )?(trigger|rule)");

  @Test
  void migrationsKeepWhatThePreviousVersionNeeds() throws IOException {
    for (Change change : new MigrationScripts(MigrationScripts.FOLDER).getMigrations()) {
      try (Reader script = MigrationScripts.withoutLockTimeout().getScriptReader(change, false)) {
        assertThat(incompatibleChanges(script.readAllAsString()))
            .as(change.getFilename())
            .isEmpty();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER TABLE users DROP COLUMN beta;",
        "ALTER TABLE users RENAME COLUMN beta TO alpha;",
        "ALTER TABLE users RENAME TO people;",
        "DROP TABLE teams;",
        "ALTER TABLE users ADD COLUMN team bigint NOT NULL;",
        "ALTER TABLE users ALTER COLUMN avatar_url SET NOT NULL;",
        "ALTER TABLE users ALTER COLUMN id TYPE text;",
        "ALTER TABLE users ADD CONSTRAINT users_new CHECK (beta > 0);",
        "CREATE UNIQUE INDEX users_beta ON users (beta);",
        "ALTER TABLE changes DROP CONSTRAINT changes_what_check;",
        "DELETE FROM changes;",
      })
  void breakingChangesAreFound(String step) {
    assertThat(incompatibleChanges(step)).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER TABLE users ADD COLUMN team bigint NOT NULL DEFAULT 0;",
        "ALTER TABLE users ADD COLUMN team bigint;",
        "CREATE TABLE plates (id bigint NOT NULL); CREATE UNIQUE INDEX plates_id ON plates (id);",
        "ALTER TABLE a DROP CONSTRAINT a_check; ALTER TABLE a ADD CONSTRAINT a_check CHECK (true);",
      })
  void compatibleChangesAreAllowed(String step) {
    assertThat(incompatibleChanges(step)).isEmpty();
  }

  private static List<String> incompatibleChanges(String script) {
    String sql =
        script
            .replaceAll("--[^\n]*", "")
            .replaceAll("'[^']*'", "''")
            .replaceAll("\\s+", " ")
            .toLowerCase(Locale.ROOT);
    // The previous version does not use tables that this migration creates.
    Set<String> newTables = all(TABLE, sql);
    List<String> found = new ArrayList<>();
    for (String statement : sql.split(";")) {
      boolean onNewTable = all(CHANGED, statement).stream().anyMatch(newTables::contains);
      if (!onNewTable
          && !statement.strip().startsWith("create table")
          && REMOVES.matcher(statement).find()) {
        found.add(statement.strip());
      }
    }
    // A constraint may only be replaced by one of the same name; its condition is not checked.
    Set<String> dropped = all(DROPPED, sql);
    Set<String> added = all(ADDED, sql);
    if (!dropped.equals(added)) {
      found.add("constraints dropped " + dropped + ", added " + added);
    }
    return found;
  }

  private static Set<String> all(Pattern pattern, String sql) {
    Set<String> names = new TreeSet<>();
    Matcher matcher = pattern.matcher(sql);
    while (matcher.find()) {
      names.add(matcher.group(1));
    }
    return names;
  }
}
