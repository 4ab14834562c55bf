package potluck.server.command;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import potluck.server.database.SqlState;

/** Error texts for people, in place of exceptions that only have a name. */
final class ErrorText {
  /** undefined_table, undefined_column. */
  private static final Set<String> OTHER_SCHEMA = Set.of("42P01", "42703");

  private ErrorText() {}

  static String of(Throwable thrown) {
    return switch (thrown) {
      case NoSuchFileException e -> e.getFile() + ": there is no such file or folder";
      case AccessDeniedException e -> e.getFile() + ": this user may not read or write it";
      case FileAlreadyExistsException e -> e.getFile() + " already exists";
      default ->
          OTHER_SCHEMA.contains(SqlState.of(thrown))
              ? "the schema of this database does not match this Potluck; './potluck db history' shows its migrations, and './potluck db upgrade' or a start upgrades it"
              : messageOrName(thrown);
    };
  }

  /** The message, or the class name if the exception has no message. */
  private static String messageOrName(Throwable thrown) {
    @Nullable String message = thrown.getMessage();
    return message == null ? thrown.toString() : message;
  }
}
