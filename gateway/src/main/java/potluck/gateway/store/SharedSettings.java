package potluck.gateway.store;

import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Values that all nodes share, one row each: a name and a JSON value. The table keeps its older
 * name {@code house_settings}, because nodes of two versions use it during a rolling upgrade.
 * Stateless; each method works in the caller's transaction.
 */
public final class SharedSettings {
  private SharedSettings() {}

  /** The value as JSON; empty if it was never written. */
  public static Optional<String> findJson(Handle handle, String name) {
    return find(handle, name, "value::text");
  }

  /** The value as the text that {@link #putText} wrote; empty if it was never written. */
  public static Optional<String> findText(Handle handle, String name) {
    return find(handle, name, "value #>> '{}'");
  }

  private static Optional<String> find(Handle handle, String name, String column) {
    return handle
        .createQuery("SELECT " + column + " FROM house_settings WHERE name = :name")
        .bind("name", name)
        .mapTo(String.class)
        .findOne();
  }

  /** Writes a JSON value over an earlier one. */
  public static void putJson(Handle handle, String name, String json) {
    handle.execute(
        "INSERT INTO house_settings (name, value) VALUES (?, ?::jsonb)"
            + " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        name,
        json);
  }

  /** Writes a text over an earlier one. */
  public static void putText(Handle handle, String name, String text) {
    handle.execute(
        "INSERT INTO house_settings (name, value) VALUES (?, to_jsonb(?::text))"
            + " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        name,
        text);
  }

  /** Writes a text, unless a value exists. */
  public static void putTextIfAbsent(Handle handle, String name, String text) {
    handle.execute(
        "INSERT INTO house_settings (name, value) VALUES (?, to_jsonb(?::text))"
            + " ON CONFLICT DO NOTHING",
        name,
        text);
  }
}
