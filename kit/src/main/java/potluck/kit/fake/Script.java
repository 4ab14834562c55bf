package potluck.kit.fake;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * How the fake answers one request. Immutable; start with {@link #PLAIN}.
 *
 * @param answer empty for the answer that the request itself calls for
 */
public record Script(Optional<FakeAnswer> answer, Fault fault, Set<Quirk> quirks) {
  public static final Script PLAIN = new Script(Optional.empty(), Fault.NONE, Set.of());

  public Script {
    quirks = Set.copyOf(quirks);
  }

  public Script withAnswer(FakeAnswer what) {
    return new Script(Optional.of(what), fault, quirks);
  }

  public Script withFault(Fault how) {
    return new Script(answer, how, quirks);
  }

  public Script withQuirk(Quirk first, Quirk... more) {
    var all = EnumSet.of(first, more);
    all.addAll(quirks);
    return new Script(answer, fault, all);
  }

  public boolean has(Quirk quirk) {
    return quirks.contains(quirk);
  }

  /**
   * Reads a script off a model name, for trying things by hand. After the first {@code !} stand
   * words: {@code status-529}, {@code html-503}, {@code stall-mid_stream}, {@code cut-200}, {@code
   * drip-50} (milliseconds), {@code error-3}, or the name of a quirk. {@code
   * gpt-4.1!drip-50!crlf_lines}
   */
  public static Script fromModelName(String model) {
    Script script = PLAIN;
    String[] words = model.split("!");
    for (int i = 1; i < words.length; i++) script = script.withWord(words[i]);
    return script;
  }

  private Script withWord(String word) {
    int dash = word.indexOf('-');
    if (dash < 0) return withQuirk(Quirk.valueOf(word.toUpperCase(Locale.ROOT)));
    String value = word.substring(dash + 1);
    return withFault(
        switch (word.substring(0, dash)) {
          case "status" -> Fault.status(Integer.parseInt(value));
          case "limited" -> Fault.rateLimited(Integer.parseInt(value));
          case "html" -> Fault.html(Integer.parseInt(value));
          case "stall" -> new Fault.Stall(Fault.StallPoint.valueOf(value.toUpperCase(Locale.ROOT)));
          case "cut" -> new Fault.Cut(Integer.parseInt(value));
          case "drip" -> new Fault.EventDelay(Duration.ofMillis(Long.parseLong(value)));
          case "error" -> new Fault.InBand(Integer.parseInt(value));
          default -> throw new IllegalArgumentException("no such word in a script: " + word);
        });
  }
}
