package potluck.server.http;

import java.util.regex.Pattern;

/**
 * Texts in cells of a table that no spreadsheet takes for formulas: an apostrophe stands before
 * those, as a spreadsheet writes it itself. Source: OWASP, "CSV Injection".
 */
public final class SpreadsheetCells {
  /** Apostrophes before it are counted in, so that one that was there before comes back. */
  private static final Pattern FORMULA = Pattern.compile("(?s)'*[=+\\-@\t\r].*");

  private static final Pattern ESCAPED = Pattern.compile("(?s)'+[=+\\-@\t\r].*");
  private static final Pattern NUMBER = Pattern.compile("-?[0-9.]+");

  private SpreadsheetCells() {}

  /** What to write. */
  public static String escape(String text) {
    boolean formula = FORMULA.matcher(text).matches() && !NUMBER.matcher(text).matches();
    return formula ? "'" + text : text;
  }

  /** What was meant by what is read. */
  public static String unescape(String text) {
    return ESCAPED.matcher(text).matches() ? text.substring(1) : text;
  }
}
