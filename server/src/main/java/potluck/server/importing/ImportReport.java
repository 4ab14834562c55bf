package potluck.server.importing;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * What was imported, what was already there, and what was skipped and why. Contains no secrets. For
 * one thread.
 */
public final class ImportReport {
  private static final int MAX_EXAMPLES = 5;

  private final String source;
  private final boolean applied;
  private final Map<RecordKind, Tally> tallies = new EnumMap<>(RecordKind.class);

  ImportReport(String source, boolean applied) {
    this.source = source;
    this.applied = applied;
    for (RecordKind kind : RecordKind.values()) {
      tallies.put(kind, new Tally());
    }
  }

  private static final class Tally {
    private long imported;
    private long present;
    private final Map<String, Reason> skipped = new LinkedHashMap<>();
    private final Map<String, Reason> remarks = new LinkedHashMap<>();
  }

  /** How often a reason occurred, with examples. */
  private static final class Reason {
    private long count;
    private final List<String> examples = new ArrayList<>();

    private void add(String label) {
      count++;
      if (examples.size() < MAX_EXAMPLES) {
        examples.add(clean(label));
      }
    }

    private ReasonView toView(String why) {
      return new ReasonView(why, count, List.copyOf(examples));
    }
  }

  /**
   * A reason or remark.
   *
   * @param examples the first records
   */
  public record ReasonView(String why, long count, List<String> examples) {}

  /**
   * One kind of record.
   *
   * @param came imported, or to be imported if nothing was written
   */
  public record KindView(
      String kind,
      long found,
      long came,
      long here,
      long leftOut,
      List<ReasonView> reasons,
      List<ReasonView> remarks) {}

  /**
   * The whole report.
   *
   * @param applied whether anything was written
   */
  public record ReportView(String source, boolean applied, List<KindView> kinds) {}

  void addImported(RecordKind kind, long count) {
    tally(kind).imported += count;
  }

  void addPresent(RecordKind kind, long count) {
    tally(kind).present += count;
  }

  void addSkipped(RecordKind kind, String label, String why) {
    tally(kind).skipped.computeIfAbsent(clean(why), _ -> new Reason()).add(label);
  }

  void addRemark(RecordKind kind, String label, String what) {
    tally(kind).remarks.computeIfAbsent(clean(what), _ -> new Reason()).add(label);
  }

  private Tally tally(RecordKind kind) {
    return Objects.requireNonNull(tallies.get(kind));
  }

  /** Names come from the source: control characters are removed. */
  private static String clean(String text) {
    String printable = text.replaceAll("\\p{Cntrl}", " ");
    return printable.length() <= 200 ? printable : printable.substring(0, 199) + "…";
  }

  /** The numbers in one line. */
  String summary() {
    return toView().kinds().stream()
        .map(line -> line.kind() + " " + line.came())
        .collect(Collectors.joining(", "));
  }

  /** The kinds of which something was found. */
  public ReportView toView() {
    List<KindView> lines = new ArrayList<>();
    tallies.forEach(
        (kind, tally) -> {
          long skipped = tally.skipped.values().stream().mapToLong(reason -> reason.count).sum();
          long found = tally.imported + tally.present + skipped;
          if (found > 0) {
            lines.add(
                new KindView(
                    kind.label(),
                    found,
                    tally.imported,
                    tally.present,
                    skipped,
                    summary(tally.skipped),
                    summary(tally.remarks)));
          }
        });
    return new ReportView(source, applied, lines);
  }

  private static List<ReasonView> summary(Map<String, Reason> reasons) {
    return reasons.entrySet().stream()
        .map(entry -> entry.getValue().toView(entry.getKey()))
        .toList();
  }
}
