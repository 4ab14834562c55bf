package potluck.server.http;

import java.time.Duration;
import java.util.Set;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Failure.Kind;
import potluck.server.database.SqlState;

/**
 * Translates database errors for callers: the database is unreachable, or it cannot store a value.
 * Source: PostgreSQL, appendix A (classes of SQLSTATE).
 */
final class DatabaseErrors {
  private static final Logger LOG = LoggerFactory.getLogger(DatabaseErrors.class);

  /** "Data exception": a NUL in a text, or a time or number that is too large. */
  private static final String DATA_EXCEPTION = "22";

  /** "Foreign key" and "unique violation": a concurrent change. */
  private static final Set<String> CONSTRAINT_RACES = Set.of("23503", "23505");

  /** "Check violation". */
  private static final String CHECK_VIOLATION = "23514";

  private DatabaseErrors() {}

  static Failure toFailure(JdbiException thrown) {
    String state = SqlState.of(thrown);
    if (state.startsWith(DATA_EXCEPTION) || state.equals(CHECK_VIOLATION)) {
      return Failure.of(
          Kind.UNPROCESSABLE,
          "A field contains a character or number that cannot be stored, such as NUL.");
    }
    LOG.warn("the database did not answer: {}", thrown.getMessage());
    return CONSTRAINT_RACES.contains(state)
        ? Failure.of(
            Kind.CONFLICT, "This was changed by somebody else at the same time; reload it.")
        : Failure.of(Kind.UNAVAILABLE, "The database is unreachable; try again soon.")
            .retryAfter(Duration.ofSeconds(2));
  }
}
