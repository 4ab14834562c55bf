package potluck.kit.fake;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * How the fake upstream answers one request. Immutable; start with {@link #PLAIN}.
 *
 * @param answer empty for the default answer to the request
 */
public record Script(Optional<FakeAnswer> answer, Fault fault, Set<Quirk> quirks) {
  /** The default answer, without fault and quirks. */
  public static final Script PLAIN = new Script(Optional.empty(), Fault.NONE, Set.of());

  public Script {
    quirks = Set.copyOf(quirks);
  }

  /** The same script with another answer. */
  public Script withAnswer(FakeAnswer what) {
    return new Script(Optional.of(what), fault, quirks);
  }

  /** The same script with another fault. */
  public Script withFault(Fault how) {
    return new Script(answer, how, quirks);
  }

  /** The same script with additional quirks. */
  public Script withQuirk(Quirk first, Quirk... more) {
    EnumSet<Quirk> all = EnumSet.of(first, more);
    all.addAll(quirks);
    return new Script(answer, fault, all);
  }

  public boolean has(Quirk quirk) {
    return quirks.contains(quirk);
  }

  /**
   * Parses a script from a model name, for experiments by hand. The words after each {@code !} are
   * {@code status-529}, {@code limited-7} (seconds), {@code html-503}, {@code stall-mid_stream},
   * {@code cut-200} (bytes), {@code delay-50} (milliseconds), {@code error-3} (events), or the name
   * of a quirk. Example: {@code gpt-4.1!delay-50!crlf_lines}
   *
   * @throws IllegalArgumentException if a word is unknown
   */
  public static Script fromModelName(String model) {
    Script script = PLAIN;
    String[] words = model.split("!");
    for (int i = 1; i < words.length; i++) {
      script = script.withWord(words[i]);
    }
    return script;
  }

  private Script withWord(String word) {
    int dash = word.indexOf('-');
    if (dash < 0) {
      return withQuirk(Quirk.valueOf(word.toUpperCase(Locale.ROOT)));
    }
    String value = word.substring(dash + 1);
    return withFault(
        switch (word.substring(0, dash)) {
          case "status" -> Fault.status(Integer.parseInt(value));
          case "limited" -> Fault.rateLimited(Integer.parseInt(value));
          case "html" -> Fault.html(Integer.parseInt(value));
          case "stall" -> new Fault.Stall(Fault.StallPoint.valueOf(value.toUpperCase(Locale.ROOT)));
          case "cut" -> new Fault.Cut(Integer.parseInt(value));
          case "delay" -> new Fault.EventDelay(Duration.ofMillis(Long.parseLong(value)));
          case "error" -> new Fault.InBand(Integer.parseInt(value));
          default -> throw new IllegalArgumentException("unknown word in a script: " + word);
        });
  }
}
