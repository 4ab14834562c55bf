package potluck.server.http;

import java.util.regex.Pattern;

/**
 * Texts in cells of a table that no spreadsheet takes for formulas: an apostrophe stands before
 * those, as a spreadsheet writes it itself. Source: OWASP, "CSV Injection".
 */
public final class Cells {
  /** Apostrophes before it are counted in, so that one that was there before comes back. */
  private static final Pattern FORMULA = Pattern.compile("(?s)'*[=+\\-@\t\r].*");

  private static final Pattern MARKED = Pattern.compile("(?s)'+[=+\\-@\t\r].*");
  private static final Pattern NUMBER = Pattern.compile("-?[0-9.]+");

  private Cells() {}

  /** What to write. */
  public static String safe(String text) {
    boolean formula = FORMULA.matcher(text).matches() && !NUMBER.matcher(text).matches();
    return formula ? "'" + text : text;
  }

  /** What was meant by what is read. */
  public static String plain(String text) {
    return MARKED.matcher(text).matches() ? text.substring(1) : text;
  }
}
