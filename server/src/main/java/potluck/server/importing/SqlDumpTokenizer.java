package potluck.server.importing;

import java.io.EOFException;
import java.io.IOException;
import java.io.PushbackReader;
import java.io.Reader;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The words, names and values of a dump. Each character is one byte: texts have the encoding of the
 * file, blobs have none. For one use by one thread.
 */
final class SqlDumpTokenizer {
  /** Stands for NULL among values; no text of a dump can contain it, because it is not a byte. */
  static final String NULL = "\uffffNULL";

  /** A longer text is not a value of a wanted table; the file is probably not a dump. */
  private static final int MAX_TEXT_LENGTH = 16 << 20;

  /** {@code /*!40101 SET NAMES utf8mb4 *}{@code /} */
  private static final Pattern SET_NAMES = Pattern.compile("(?i)^![0-9]+ SET NAMES (\\w+)");

  private final PushbackReader in;
  private long position;
  private String delimiter = ";";
  private boolean sawHeader;
  private boolean sawFooter;

  SqlDumpTokenizer(Reader in) {
    this.in = new PushbackReader(in, 2);
  }

  /** Characters that were read so far. */
  long position() {
    return position;
  }

  private int read() throws IOException {
    int c = in.read();
    position += c < 0 ? 0 : 1;
    return c;
  }

  private void unread(int c) throws IOException {
    in.unread(c);
    position--;
  }

  boolean isTruncated() {
    return sawHeader && !sawFooter;
  }

  /** Whether there is another statement; skips comments before it. */
  boolean hasMore() throws IOException {
    while (true) {
      int c = skipSpace();
      if (c < 0) {
        return false;
      }
      if (c != ';') {
        unread(c);
        return true;
      }
    }
  }

  /** A word of SQL in lower case, or a single other character. */
  String word() throws IOException {
    int c = requireCharacter(skipSpace());
    if (!Character.isLetterOrDigit(c) && c != '_') {
      if (c == ';') {
        unread(c);
        return "";
      }
      if (c == '\'' || c == '"' || c == '`') {
        quotedText(c);
      }
      return String.valueOf((char) c);
    }
    return readPlain(c).toLowerCase(Locale.ROOT);
  }

  private String readPlain(int first) throws IOException {
    StringBuilder word = new StringBuilder();
    int c = first;
    while (c >= 0 && (Character.isLetterOrDigit(c) || c >= 0x80 || "_$.+-".indexOf(c) >= 0)) {
      if (word.length() >= MAX_TEXT_LENGTH) {
        throw tooLong();
      }
      word.append((char) c);
      c = read();
    }
    if (c >= 0) {
      unread(c);
    }
    if (word.isEmpty()) {
      throw new IOException("there is a '" + (char) c + "' where a name or value should be");
    }
    return word.toString();
  }

  /** Whether the next name is quoted. */
  boolean isQuoted() throws IOException {
    return isNext('`') || isNext('"');
  }

  /** The name of a table or column; of {@code db.table} only the table. */
  String name() throws IOException {
    int c = requireCharacter(skipSpace());
    String name = c == '`' || c == '"' ? quotedText(c) : readPlain(c);
    return skipIfNext('.') ? name() : name;
  }

  /** Names in parentheses. */
  List<String> names() throws IOException {
    expect('(');
    List<String> names = new ArrayList<>();
    do {
      names.add(name());
    } while (skipIfNext(','));
    expect(')');
    return names;
  }

  /** The values of a row, in parentheses. */
  List<String> values() throws IOException {
    expect('(');
    List<String> values = new ArrayList<>();
    do {
      values.add(value());
    } while (skipIfNext(','));
    expect(')');
    return values;
  }

  private String value() throws IOException {
    int c = requireCharacter(skipSpace());
    if (c == '\'') {
      return quotedText(c);
    }
    String word = readPlain(c);
    if (word.equalsIgnoreCase("null")) {
      return NULL;
    }
    if (word.startsWith("_")) {
      return value(); // _binary 'text'
    }
    if (word.equalsIgnoreCase("b")) {
      return number(value(), 2);
    }
    if (word.equalsIgnoreCase("x")) {
      return bytes(value());
    }
    return word.startsWith("0x") ? bytes(word.substring(2)) : word;
  }

  private static String number(String digits, int radix) throws IOException {
    try {
      return digits.isEmpty() ? "0" : new BigInteger(digits, radix).toString();
    } catch (NumberFormatException e) {
      throw new IOException("there is a '" + digits + "' where a number should be", e);
    }
  }

  /** Decodes what {@code --hex-blob} writes. */
  private static String bytes(String hex) throws IOException {
    try {
      return new String(HexFormat.of().parseHex(hex), StandardCharsets.ISO_8859_1);
    } catch (IllegalArgumentException e) {
      throw new IOException("there is a '0x" + hex + "' where bytes should be", e);
    }
  }

  /** Skips to the end of a column's definition; returns whether another one follows. */
  boolean skipDefinition() throws IOException {
    int depth = 0;
    while (true) {
      int c = requireCharacter(skipSpace());
      if (c == '\'' || c == '"' || c == '`') {
        quotedText(c);
      } else if (c == '(') {
        depth++;
      } else if (c == ')') {
        if (depth == 0) {
          return false;
        }
        depth--;
      } else if (c == ',' && depth == 0) {
        return true;
      }
    }
  }

  /** Reads the delimiter after DELIMITER, which ends statements until the next one. */
  void readDelimiter() throws IOException {
    String said = readLine().strip();
    delimiter = said.isEmpty() ? ";" : said;
  }

  /**
   * Whether statements may contain other statements, as in routines: the delimiter is not a
   * semicolon.
   */
  boolean isInRoutine() {
    return !delimiter.equals(";");
  }

  /** Skips to the end of a statement. */
  void skipStatement() throws IOException {
    while (true) {
      int c = requireCharacter(skipSpace());
      if (c == delimiter.charAt(0) && (delimiter.length() == 1 || consumeIf(delimiter.charAt(1)))) {
        return;
      }
      if (c == '\'' || c == '"' || c == '`') {
        skipQuoted(c);
      }
    }
  }

  /** A doubled quote ends one text and starts another. */
  private void skipQuoted(int quote) throws IOException {
    for (int c = read(); c != quote; c = read()) {
      if (c < 0 || (c == '\\' && quote != '`' && read() < 0)) {
        throw new EOFException("it ends in the middle of a text");
      }
    }
  }

  void expect(char wanted) throws IOException {
    int c = requireCharacter(skipSpace());
    if (c != wanted) {
      throw new IOException("there is a '" + (char) c + "' where a '" + wanted + "' should be");
    }
  }

  boolean isNext(char wanted) throws IOException {
    int c = requireCharacter(skipSpace());
    unread(c);
    return c == wanted;
  }

  boolean skipIfNext(char wanted) throws IOException {
    int c = skipSpace();
    if (c == wanted) {
      return true;
    }
    if (c >= 0) {
      unread(c);
    }
    return false;
  }

  private static int requireCharacter(int c) throws EOFException {
    if (c < 0) {
      throw new EOFException("it ends in the middle of a statement");
    }
    return c;
  }

  /** The text up to the closing quote; a quote in it is doubled or after a backslash. */
  private String quotedText(int quote) throws IOException {
    StringBuilder text = new StringBuilder();
    while (true) {
      int c = read();
      if (c < 0) {
        throw new EOFException("it ends in the middle of a text");
      }
      if (c == quote) {
        int next = read();
        if (next != quote) {
          if (next >= 0) {
            unread(next);
          }
          return text.toString();
        }
      } else if (c == '\\' && quote != '`') {
        c = unescape(requireCharacter(read()));
      }
      if (text.length() >= MAX_TEXT_LENGTH) {
        throw tooLong();
      }
      text.append((char) c);
    }
  }

  private static IOException tooLong() {
    return new IOException("a text in it is longer than " + (MAX_TEXT_LENGTH >> 20) + " MiB");
  }

  private static int unescape(int c) {
    return switch (c) {
      case '0' -> '\0';
      case 'b' -> '\b';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'Z' -> 26;
      default -> c;
    };
  }

  /** The next character that is neither space nor comment; -1 at the end. */
  private int skipSpace() throws IOException {
    while (true) {
      int c = read();
      if (c < 0 || !Character.isWhitespace(c)) {
        if (c == '#') {
          readLine();
        } else if (c == '-' && consumeIf('-')) {
          comment(readLine());
        } else if (c == '/' && consumeIf('*')) {
          readBlockComment();
        } else {
          return c;
        }
      }
    }
  }

  private boolean consumeIf(char wanted) throws IOException {
    int c = read();
    if (c != wanted && c >= 0) {
      unread(c);
    }
    return c == wanted;
  }

  private void comment(String line) {
    sawHeader |= line.startsWith(" MySQL dump") || line.startsWith(" MariaDB dump");
    sawFooter |= line.startsWith(" Dump completed");
  }

  private String readLine() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = read(); c >= 0 && c != '\n'; c = read()) {
      if (line.length() < 80) {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  private void readBlockComment() throws IOException {
    StringBuilder block = new StringBuilder();
    int before = 0;
    for (int c = requireCharacter(read());
        before != '*' || c != '/';
        c = requireCharacter(read())) {
      before = c;
      if (block.length() < 80) {
        block.append((char) c);
      }
    }
    Matcher names = SET_NAMES.matcher(block);
    if (names.find()) {
      checkEncoding(names.group(1));
    }
  }

  /**
   * Checks an encoding.
   *
   * @throws IOException if it is not UTF-8: in some encodings, half a character is a quote or
   *     backslash
   */
  static void checkEncoding(String name) throws IOException {
    if (!name.matches("(?i)utf8(mb[34])?|binary|ascii|default")) {
      throw new IOException("its texts are in " + name);
    }
  }
}
