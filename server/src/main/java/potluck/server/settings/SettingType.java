package potluck.server.settings;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The type of a setting. Immutable. */
public sealed interface SettingType {

  /** The value if it is not set; empty for none. */
  String defaultValue();

  /** The range for documents and messages; empty for none. */
  String bounds();

  /** The same in Chinese. */
  String boundsZh();

  /** Any text; its consumer checks it. */
  record Text(String defaultValue) implements SettingType {
    @Override
    public String bounds() {
      return "";
    }

    @Override
    public String boundsZh() {
      return "";
    }
  }

  /**
   * A whole number.
   *
   * @param unit such as {@code seconds}; empty for none
   */
  record WholeNumber(long defaultNumber, long min, long max, String unit) implements SettingType {
    @Override
    public String defaultValue() {
      return Long.toString(defaultNumber);
    }

    @Override
    public String bounds() {
      return min + " to " + max + (unit.isEmpty() ? "" : " " + unit);
    }

    @Override
    public String boundsZh() {
      return min + " 到 " + max + (unit.isEmpty() ? "" : " " + unitZh());
    }

    private String unitZh() {
      return switch (unit) {
        case "seconds" -> "秒";
        case "hours" -> "小时";
        case "days" -> "天";
        case "bytes" -> "字节";
        case "USD" -> "美元";
        case "percent" -> "%";
        case "percent of an account" -> "%（一个账号）";
        case "levels" -> "层";
        default -> "";
      };
    }

    boolean allows(String text) {
      return text.matches("[0-9]{1,18}")
          && Long.parseLong(text) >= min
          && Long.parseLong(text) <= max;
    }
  }

  /** One of these words, in any case; the first is the default. */
  record Choice(List<String> words) implements SettingType {
    @Override
    public String defaultValue() {
      return words.getFirst();
    }

    @Override
    public String bounds() {
      return String.join(" or ", words);
    }

    @Override
    public String boundsZh() {
      return String.join("、", words);
    }

    /** The word that is meant. AntiHub's forms 1, yes and on also mean true. */
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
   * A secret that must never be shown and must not be guessable.
   *
   * @param minBytes in UTF-8
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

    @Override
    public String boundsZh() {
      return minBytes <= 1 ? "" : "至少 " + minBytes + " 字节";
    }
  }
}
