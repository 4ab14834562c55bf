package potluck.gateway.decision;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import potluck.gateway.account.AccountId;

/** What is kept of the pool's choices for one request. */
class DecisionTest {
  private static final AccountId A = id(1);
  private static final AccountId B = id(2);
  private static final AccountId C = id(3);

  private final DecisionRecorder recorder = new DecisionRecorder();

  @Test
  void decisionKeepsTheStateBeforeAnAccountWasTried() throws IOException {
    recorder.begin();
    usable(A, -1, 0.38, 1.5);
    usable(B, 1, 0.25, 0);
    unusable(C, Obstacle.FULL);
    recorder.keep();
    recorder.begin();
    unusable(A, Obstacle.TRIED);
    usable(B, 3, 0.75, 0);
    usable(C, 1, 0.25, 0);
    recorder.keep();
    recorder.addWait(1_500_000);

    Decision read = throughJournal(recorder.decision());
    assertThat(read.waitedMs()).isEqualTo(1);
    DecisionJson.Stored stored = DecisionJson.read(DecisionJson.write(read));
    List<Candidate> all = stored.candidates();
    assertThat(all).extracting(Candidate::account).containsExactly(A.hex(), B.hex(), C.hex());
    assertThat(all.get(0))
        .isEqualTo(new Candidate(A.hex(), null, true, -7, -1, 3, 8, 0, 0.38, 0, 0, 0, 1.5));
    assertThat(all.get(1).load()).isEqualTo(0.75);
    assertThat(all.get(2).isUsable()).isTrue();

    List<String> tried = List.of(A.hex(), C.hex());
    assertThat(DecisionReasons.reason(all.get(0), all, tried)).isEqualTo("warm");
    assertThat(DecisionReasons.reason(all.get(1), all, tried)).isEqualTo("more_load");
    assertThat(DecisionReasons.reason(all.get(2), all, tried)).isEqualTo("least_load");
  }

  @Test
  void decisionIsBoundedAndAlwaysHasTheChosenAccount() {
    recorder.begin();
    IntStream.range(0, 15).forEach(i -> unusable(id(100 + i), Obstacle.SPENT));
    IntStream.range(0, 30).forEach(i -> usable(id(200 + i), 1, 0.25, 0));
    AccountId chosen = id(229);
    if (recorder.replaceLastFor(chosen)) {
      usable(chosen, 1, 0.25, 0);
    }
    recorder.keep();
    Decision decision = recorder.decision();
    assertThat(decision.candidates())
        .hasSize(Decision.MAX_CANDIDATES)
        .allMatch(Candidate::isUsable)
        .extracting(Candidate::account)
        .contains(chosen.hex());
    assertThat(decision.leftOut()).isEqualTo(25);
  }

  @Test
  void decisionSaysUntilWhenAnObstacleLasts() throws IOException {
    recorder.begin();
    recorder.addUnusable(A, Obstacle.SPENT, false, 0, 0, 0, 1_764_515_100_000L);
    recorder.keep();
    Candidate candidate = throughJournal(recorder.decision()).candidates().getFirst();
    assertThat(candidate.untilMs()).isEqualTo(1_764_515_100_000L);
    assertThat(candidate.obstacle()).isEqualTo(Obstacle.SPENT);
    assertThat(DecisionReasons.reason(candidate, List.of(candidate), List.of())).isEqualTo("spent");
  }

  private void usable(AccountId id, int step, double load, double warmth) {
    recorder.addUsable(id, true, -7, step, 3, 8, load, 0, 0, 0, warmth);
  }

  private void unusable(AccountId id, Obstacle obstacle) {
    recorder.addUnusable(id, obstacle, true, -7, 3, 8, 0);
  }

  private static Decision throughJournal(Decision decision) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    decision.write(new DataOutputStream(bytes));
    return Decision.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
  }

  private static AccountId id(int number) {
    return new AccountId("%032x".formatted(number));
  }
}
