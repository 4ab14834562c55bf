package potluck.server.importing;

import java.util.Locale;

/** The kinds of records, in the order of import: owners before what they own. */
public enum RecordKind {
  USER,
  LOGIN,
  KEY,
  ACCOUNT,
  QUOTA,
  ROUTE,
  USAGE;

  /** The name in the table of imports and in reports. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
