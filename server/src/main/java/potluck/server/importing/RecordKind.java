package potluck.server.importing;

import java.util.Locale;

/** What comes from another house, in the order in which it comes: owners before what they own. */
public enum RecordKind {
  USER,
  LOGIN,
  KEY,
  ACCOUNT,
  QUOTA,
  ROUTE,
  USAGE;

  /** Its name in the table of imports and in what is printed. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
