package potluck.kit.trial;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Measures how long a failed login takes for existing and unknown users, users without a password,
 * disabled and imported users, and unusual passwords. The cases run one after another, in an order
 * that changes with each round. If they can be told apart, so can the names of existing users.
 */
public final class LoginTimingTrial {
  private static final String RIGHT = "the right password, which is a long one; ".repeat(4);

  /** Failures at one name; the server delays after a hundred, by this trial's settings. */
  private static final int MAX_FAILURES_PER_NAME = 90;

  /** Password hashes as imported users of new-api and Passlib have them. */
  private static final Map<String, String> IMPORTED_HASHES =
      Map.of(
          "bcrypt10", "$2a$10$abcdefghijklmnopqrstuu9oGNsh4bRo/eyZS1gXkYk5eO9iE6zEK",
          "pbkdf2",
              "$pbkdf2-sha256$29000$0ZrzXitFSGltTQnBWOsdAw$Y11AchqV4b0sUisdZd0Xr97KWoymNE0LNNrnEgY4H9M");

  private record Case(String name, String user, String password) {}

  /**
   * The measurements of a case, of which times are sorted in the end: elapsed time and CPU time.
   */
  private record Series(Case loginCase, long[] nanos, long[] cpuNanos) {
    double percentileMs(int percent) {
      return nanos[nanos.length * percent / 100] / 1e6;
    }

    double meanCpuMs() {
      return Arrays.stream(cpuNanos).average().orElse(0) / 1e6;
    }
  }

  private static final List<Case> CASES =
      List.of(
          new Case("a wrong password", "here", "not the right one"),
          new Case("the same again (noise)", "again", "not the right one"),
          new Case("an unknown user", "nobody", "not the right one"),
          new Case("no password (an identity provider's user)", "sso", "not the right one"),
          new Case("a disabled user", "off", "not the right one"),
          new Case("a password of 256 characters", "long", "x".repeat(256)),
          new Case("the first 72 bytes of the right one", "prefix", RIGHT.substring(0, 72)),
          new Case("the right one, NUL and more", "nul", RIGHT + "\\u0000more"),
          new Case("imported, bcrypt 10", "bcrypt10", "not the right one"),
          new Case("imported, PBKDF2 with 29,000 rounds", "pbkdf2", "not the right one"));

  private final PotluckProcess potluck;
  private final int samples;
  private final Set<String> answers = new HashSet<>();

  private LoginTimingTrial(PotluckProcess potluck, int samples) {
    this.potluck = potluck;
    this.samples = samples;
  }

  /**
   * Runs the trial. Exits with 1 if answers differ.
   *
   * @param arguments path of the {@code potluck} script, samples per case, port
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path home = Files.createTempDirectory("logins-trial");
    PotluckProcess potluck =
        new PotluckProcess(Path.of(arguments[0]), home, Integer.parseInt(arguments[2]));
    potluck.start(
        Map.of(
            "LOGIN_FREE_FAILURES", "100",
            "LOGIN_FAILURES_PER_ADDRESS", "1000000",
            "METRICS_PORT", "0"));
    boolean equal;
    try (potluck) {
      LoginTimingTrial trial = new LoginTimingTrial(potluck, Integer.parseInt(arguments[1]));
      trial.createUsers(home);
      equal = trial.run();
    }
    System.exit(equal ? 0 : 1);
  }

  private int nameCount() {
    return samples / MAX_FAILURES_PER_NAME + 1;
  }

  private void createUsers(Path home) throws IOException, InterruptedException {
    String token = potluck.login();
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < nameCount(); i++) {
      for (String kind : new String[] {"here", "again", "sso", "off", "long", "prefix", "nul"}) {
        String password = kind.equals("sso") ? "" : ",\"password\":\"" + RIGHT + "\"";
        String user = "{\"username\":\"%s-%d\"%s}".formatted(kind, i, password);
        long id = potluck.call("POST", "/api/admin/users", token, user).path("id").asLong();
        if (kind.equals("off")) {
          potluck.call("PATCH", "/api/admin/users/" + id, token, "{\"is_active\":false}");
        }
      }
      for (Map.Entry<String, String> foreign : IMPORTED_HASHES.entrySet()) {
        rows.append(
            "%s(%d,'%s-%d','%s')"
                .formatted(
                    rows.isEmpty() ? "" : ",",
                    rows.length() + 1,
                    foreign.getKey(),
                    i,
                    foreign.getValue()));
      }
    }
    Path dump = home.resolve("import.sql");
    Files.writeString(
        dump,
        """
        CREATE TABLE `users` (`id` int, `username` text, `password` text);
        CREATE TABLE `tokens` (`id` int);
        CREATE TABLE `channels` (`id` int);
        INSERT INTO `users` VALUES %s;
        """
            .formatted(rows));
    potluck.runCommand("import", "new-api", "--apply", "--from", dump.toString());
  }

  private boolean run() throws IOException, InterruptedException {
    List<Series> all =
        CASES.stream().map(each -> new Series(each, new long[samples], new long[samples])).toList();
    Random random = new Random(1);
    List<Series> order = new ArrayList<>(all);
    for (int round = -3; round < samples; round++) { // Three rounds of warm-up.
      Collections.shuffle(order, random);
      for (Series series : order) {
        long before = potluck.cpuNanos();
        long nanos = login(series.loginCase(), Math.max(round, 0) / MAX_FAILURES_PER_NAME);
        if (round >= 0) {
          series.nanos()[round] = nanos;
          series.cpuNanos()[round] = potluck.cpuNanos() - before;
        }
      }
    }
    all.forEach(series -> Arrays.sort(series.nanos()));
    print(all);
    System.out.printf("%d samples of each; answers that differ: %d%n", samples, answers.size() - 1);
    return answers.size() == 1;
  }

  private static void print(List<Series> all) {
    Series baseline = all.getFirst();
    System.out.println("| failed login | median, ms | | 10 %, ms | | CPU, ms | |");
    System.out.println("|---|--:|--:|--:|--:|--:|--:|");
    for (Series series : all) {
      System.out.printf(
          "| %s | %.1f | %+.1f %% | %.1f | %+.1f %% | %.1f | %+.1f %% |%n",
          series.loginCase().name(),
          series.percentileMs(50),
          (series.percentileMs(50) / baseline.percentileMs(50) - 1) * 100,
          series.percentileMs(10),
          (series.percentileMs(10) / baseline.percentileMs(10) - 1) * 100,
          series.meanCpuMs(),
          (series.meanCpuMs() / baseline.meanCpuMs() - 1) * 100);
    }
  }

  private long login(Case each, int number) throws IOException, InterruptedException {
    HttpRequest request =
        potluck
            .request("/api/auth/login")
            .header("content-type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"username\":\"%s-%d\",\"password\":\"%s\"}"
                        .formatted(each.user(), number, each.password())))
            .build();
    long startedAt = System.nanoTime();
    HttpResponse<String> answer = potluck.send(request);
    long nanos = System.nanoTime() - startedAt;
    answers.add(answer.statusCode() + " " + answer.body());
    return nanos;
  }
}
