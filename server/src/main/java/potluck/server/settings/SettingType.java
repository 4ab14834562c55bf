package potluck.server.settings;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a setting may be set to. Immutable. */
public sealed interface SettingType {

  /** What holds where nothing is set; empty where nothing does. */
  String defaultValue();

  /** The bounds in words, for documents; empty where there are none. */
  String bounds();

  /** Any text; what reads it looks closer. */
  record Text(String defaultValue) implements SettingType {
    @Override
    public String bounds() {
      return "";
    }
  }

  /**
   * A whole number.
   *
   * @param unit such as {@code seconds}; empty where it is a mere number
   */
  record WholeNumber(long defaultNumber, long min, long max, String unit) implements SettingType {
    @Override
    public String defaultValue() {
      return Long.toString(defaultNumber);
    }

    @Override
    public String bounds() {
      return (unit.isEmpty() ? "" : unit + ", ") + min + " to " + max;
    }

    boolean allows(String text) {
      return text.matches("[0-9]{1,18}")
          && Long.parseLong(text) >= min
          && Long.parseLong(text) <= max;
    }
  }

  /** One of these words, in any case; the first where nothing is set. */
  record Choice(List<String> words) implements SettingType {
    @Override
    public String defaultValue() {
      return words.getFirst();
    }

    @Override
    public String bounds() {
      return String.join(" or ", words);
    }

    /** The word that is meant; an .env of the origin's may also say 1, yes or on for true. */
    Optional<String> find(String text) {
      String wanted = text.toLowerCase(Locale.ROOT);
      String meant =
          !words.contains("true")
              ? wanted
              : switch (wanted) {
                case "1", "yes", "on", "y", "t" -> "true";
                case "0", "no", "off", "n", "f" -> "false";
                default -> wanted;
              };
      return words.stream().filter(meant::equalsIgnoreCase).findFirst();
    }
  }

  /**
   * A text that must never be shown, and that nobody may guess.
   *
   * @param minBytes bytes in UTF-8
   */
  record SecretText(int minBytes) implements SettingType {
    @Override
    public String defaultValue() {
      return "";
    }

    @Override
    public String bounds() {
      return minBytes <= 1 ? "" : "at least " + minBytes + " bytes";
    }
  }
}
