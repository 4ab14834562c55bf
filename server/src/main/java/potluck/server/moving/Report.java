package potluck.server.moving;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What came, what was here already, and what was left out and why. Nothing in it is a secret.
 * Filled by one thread.
 */
public final class Report {
  private static final int MOST_EXAMPLES = 5;

  private final String source;
  private final boolean applied;
  private final Map<Kind, Tally> tallies = new EnumMap<>(Kind.class);

  Report(String source, boolean applied) {
    this.source = source;
    this.applied = applied;
    for (Kind kind : Kind.values()) {
      tallies.put(kind, new Tally());
    }
  }

  private static final class Tally {
    private long came;
    private long here;
    private final Map<String, Reason> left = new LinkedHashMap<>();
    private final Map<String, Reason> remarks = new LinkedHashMap<>();
  }

  /** How often something was said, and of whom first. */
  private static final class Reason {
    private long count;
    private final List<String> examples = new ArrayList<>();

    private void add(String label) {
      count++;
      if (examples.size() < MOST_EXAMPLES) {
        examples.add(clean(label));
      }
    }

    private Told told(String why) {
      return new Told(why, count, List.copyOf(examples));
    }
  }

  /**
   * @param examples the first of them, by what people know them by
   */
  public record Told(String why, long count, List<String> examples) {}

  /**
   * One kind of thing.
   *
   * @param came or would come, where nothing was written
   */
  public record Line(
      String kind,
      long found,
      long came,
      long here,
      long leftOut,
      List<Told> reasons,
      List<Told> remarks) {}

  /**
   * @param applied whether anything was written
   */
  public record Shown(String source, boolean applied, List<Line> kinds) {}

  void came(Kind kind, long count) {
    tally(kind).came += count;
  }

  void here(Kind kind, long count) {
    tally(kind).here += count;
  }

  void left(Kind kind, String label, String why) {
    tally(kind).left.computeIfAbsent(clean(why), _ -> new Reason()).add(label);
  }

  void remark(Kind kind, String label, String what) {
    tally(kind).remarks.computeIfAbsent(clean(what), _ -> new Reason()).add(label);
  }

  private Tally tally(Kind kind) {
    return java.util.Objects.requireNonNull(tallies.get(kind));
  }

  /** Names come from elsewhere: what moves a terminal's cursor does not. */
  private static String clean(String text) {
    String plain = text.replaceAll("\\p{Cntrl}", " ");
    return plain.length() <= 200 ? plain : plain.substring(0, 199) + "…";
  }

  /** What came, in a line. */
  String told() {
    return shown().kinds().stream()
        .map(line -> line.kind() + " " + line.came())
        .collect(Collectors.joining(", "));
  }

  /** Kinds of which something was found. */
  public Shown shown() {
    List<Line> lines = new ArrayList<>();
    tallies.forEach(
        (kind, tally) -> {
          long left = tally.left.values().stream().mapToLong(reason -> reason.count).sum();
          long found = tally.came + tally.here + left;
          if (found > 0) {
            lines.add(
                new Line(
                    kind.word(),
                    found,
                    tally.came,
                    tally.here,
                    left,
                    told(tally.left),
                    told(tally.remarks)));
          }
        });
    return new Shown(source, applied, lines);
  }

  private static List<Told> told(Map<String, Reason> reasons) {
    return reasons.entrySet().stream().map(entry -> entry.getValue().told(entry.getKey())).toList();
  }
}
