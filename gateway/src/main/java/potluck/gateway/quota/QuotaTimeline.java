package potluck.gateway.quota;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/**
 * Walks through the entries of a quota and credits recovery at the whole hours at which it counted.
 * Used once, by one thread.
 */
final class QuotaTimeline {
  private static final Duration HOUR = Duration.ofHours(1);

  private final Quotas.View quota;
  private final List<Entry> uses;
  private final Deque<Entry> recoveries = new ArrayDeque<>();
  private final List<QuotaPoint> points = new ArrayList<>();
  private final Instant walkFrom;
  private long balance;

  /** Of the first recovery, what is not credited yet. */
  private long uncredited;

  /**
   * Entries of one moment.
   *
   * @param amount in millionths
   * @param recovery whether it is recovery, which was due at hours before this moment
   */
  record Entry(Instant at, long amount, boolean recovery) {}

  /**
   * @param balance the balance at {@code walkFrom}
   * @param entries entries after {@code walkFrom}, oldest first
   */
  QuotaTimeline(Quotas.View quota, Instant walkFrom, long balance, List<Entry> entries) {
    this.quota = quota;
    this.walkFrom = walkFrom;
    this.balance = balance;
    this.uses = entries.stream().filter(entry -> !entry.recovery()).toList();
    entries.stream().filter(Entry::recovery).forEach(recoveries::add);
    this.uncredited = recoveries.isEmpty() ? 0 : recoveries.getFirst().amount();
  }

  /** The values from {@code start} to now; at a step, the values before and after it. */
  List<QuotaPoint> points(Instant start, Instant now) {
    Instant step = firstStepAfter(walkFrom);
    int next = 0;
    boolean started = false;
    while (true) {
      Instant use = next < uses.size() ? uses.get(next).at() : Instant.MAX;
      Instant at = use.isBefore(step) ? use : step;
      if (!started && (at.isAfter(start) || at.isAfter(now))) {
        started = true;
        add(start);
      }
      if (at.isAfter(now)) {
        break;
      }
      creditOverdue(at, started);
      if (use.isBefore(step)) {
        balance += uses.get(next++).amount();
        add(use, started);
      } else {
        credit(step, started);
        step = step.plus(HOUR);
      }
    }
    while (next < uses.size()) {
      balance += uses.get(next++).amount();
    }
    creditOverdue(Instant.MAX, true);
    points.add(new QuotaPoint(now, Math.max(0, quota.left() - quota.granted())));
    return points;
  }

  private Instant firstStepAfter(Instant moment) {
    long hours =
        Math.floorDiv(Duration.between(quota.recoveredAt(), moment).toMillis(), 3_600_000L);
    return quota.recoveredAt().plus(HOUR.multipliedBy(hours + 1));
  }

  /** Credits one hour: from what the ledger entered later, or what it has not entered yet. */
  private void credit(Instant step, boolean started) {
    long most = Math.min(quota.rate(), Math.max(0, quota.ceiling() - balance));
    long amount = step.isAfter(quota.recoveredAt()) ? most : Math.min(most, uncredited);
    if (amount <= 0) {
      return;
    }
    add(step, started);
    balance += amount;
    if (!step.isAfter(quota.recoveredAt())) {
      uncredited -= amount;
      if (uncredited == 0) {
        nextRecovery();
      }
    }
    add(step, started);
  }

  private void nextRecovery() {
    recoveries.removeFirst();
    uncredited = recoveries.isEmpty() ? 0 : recoveries.getFirst().amount();
  }

  /**
   * Credits what no hour could take, because ceiling or rate were others then, when it was entered.
   */
  private void creditOverdue(Instant until, boolean started) {
    while (!recoveries.isEmpty() && recoveries.getFirst().at().isBefore(until)) {
      if (uncredited > 0) {
        balance += uncredited;
        add(recoveries.getFirst().at(), started);
      }
      nextRecovery();
    }
  }

  private void add(Instant at, boolean wanted) {
    if (wanted) {
      add(at);
    }
  }

  private void add(Instant at) {
    points.add(new QuotaPoint(at, Math.max(0, balance)));
  }

  /** At most {@code max} points: of each part of the time, the lowest and the highest. */
  static List<QuotaPoint> thinned(List<QuotaPoint> all, int max) {
    if (all.size() <= max || max < 4) {
      return all.size() <= max ? all : List.of(all.getFirst(), all.getLast());
    }
    List<QuotaPoint> kept = new ArrayList<>();
    kept.add(all.getFirst());
    List<QuotaPoint> middle = all.subList(1, all.size() - 1);
    int parts = (max - 2) / 2;
    for (int part = 0; part < parts; part++) {
      List<QuotaPoint> some =
          middle.subList(
              (int) ((long) middle.size() * part / parts),
              (int) ((long) middle.size() * (part + 1) / parts));
      keepExtremes(some, kept);
    }
    kept.add(all.getLast());
    return kept;
  }

  private static void keepExtremes(List<QuotaPoint> some, List<QuotaPoint> kept) {
    if (some.isEmpty()) {
      return;
    }
    Comparator<QuotaPoint> byLeft = Comparator.comparingLong(QuotaPoint::left);
    int low = some.indexOf(some.stream().min(byLeft).orElseThrow());
    int high = some.indexOf(some.stream().max(byLeft).orElseThrow());
    kept.add(some.get(Math.min(low, high)));
    if (low != high) {
      kept.add(some.get(Math.max(low, high)));
    }
  }
}
