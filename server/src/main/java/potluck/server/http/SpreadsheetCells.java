package potluck.server.http;

import java.util.regex.Pattern;

/**
 * Escapes texts that a spreadsheet would take for formulas, with an apostrophe, as spreadsheets do.
 * Source: OWASP, "CSV Injection".
 */
public final class SpreadsheetCells {
  /** Apostrophes in front are escaped too, so that they survive a round trip. */
  private static final Pattern FORMULA = Pattern.compile("(?s)'*[=+\\-@\t\r].*");

  private static final Pattern ESCAPED = Pattern.compile("(?s)'+[=+\\-@\t\r].*");
  private static final Pattern NUMBER = Pattern.compile("-?[0-9.]+");

  private SpreadsheetCells() {}

  /** The escaped text. */
  public static String escape(String text) {
    boolean formula = FORMULA.matcher(text).matches() && !NUMBER.matcher(text).matches();
    return formula ? "'" + text : text;
  }

  /** The original text. */
  public static String unescape(String text) {
    return ESCAPED.matcher(text).matches() ? text.substring(1) : text;
  }
}
