package potluck.server.database;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Finds the SQLSTATE in a chain of exceptions. */
public final class SqlState {
  private SqlState() {}

  /** The first SQLSTATE (PostgreSQL, appendix A); empty if the database did not answer. */
  public static String of(Throwable thrown) {
    for (@Nullable Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && sql.getSQLState() != null) {
        return sql.getSQLState();
      }
    }
    return "";
  }
}
