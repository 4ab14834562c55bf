package potluck.kit.trial;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import potluck.kit.FakeUpstream;
import potluck.kit.fake.Script;

/**
 * Fifty callers stream alone, and then beside thousands of connections that send request heads
 * slowly: first with a connection limit above their number, then with one below. Reports what the
 * callers notice.
 */
public final class SlowConnectionsTrial {
  private static final int CALLERS = 50;
  private static final String MODEL = "gpt-4.1-trial!delay-100";

  private final Path script;
  private final int sockets;
  private final int seconds;
  private final int port;
  private final FakeUpstream upstream = FakeUpstream.start().setDefaultScript(Script.PLAIN);

  private SlowConnectionsTrial(Path script, int sockets, int seconds, int port) throws IOException {
    this.script = script;
    this.sockets = sockets;
    this.seconds = seconds;
    this.port = port;
  }

  /**
   * Runs the trial. Exits with 1 if a caller failed.
   *
   * @param arguments path of the {@code potluck} script, number of slow connections, seconds per
   *     phase, port
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    SlowConnectionsTrial trial =
        new SlowConnectionsTrial(
            Path.of(arguments[0]),
            Integer.parseInt(arguments[1]),
            Integer.parseInt(arguments[2]),
            Integer.parseInt(arguments[3]));
    int failed = 0;
    for (int maxConnections : List.of(trial.sockets * 3, trial.sockets / 2)) {
      System.out.println("POTLUCK_MAX_CONNECTIONS=" + maxConnections);
      failed += trial.run(maxConnections);
    }
    System.exit(failed == 0 ? 0 : 1);
  }

  private int run(int maxConnections) throws IOException, InterruptedException {
    int failed = 0;
    PotluckProcess potluck =
        new PotluckProcess(script, Files.createTempDirectory("slow-trial"), port);
    potluck.start(
        Map.of(
            "POTLUCK_MAX_CONNECTIONS", Integer.toString(maxConnections),
            "METRICS_PORT", "0",
            "POTLUCK_JAVA_OPTS", "-Xmx512m"));
    String key = potluck.share(potluck.login(), upstream, MODEL);
    try (potluck;
        FirstByteCallers callers = new FirstByteCallers(port, key, MODEL, CALLERS)) {
      TimeUnit.SECONDS.sleep(seconds); // Warm-up of the JVM.
      callers.report("");
      failed += phase(callers, potluck, "alone");
      try (SlowConnections slow = new SlowConnections(port, sockets)) {
        TimeUnit.SECONDS.sleep(15); // Longer than the server tolerates a slow head.
        failed += phase(callers, potluck, "beside " + slow.open() + " slow connections");
        System.out.println("  slow connections: " + slow.summary());
      }
      TimeUnit.SECONDS.sleep(5);
      failed += phase(callers, potluck, "alone again");
    }
    return failed;
  }

  private int phase(FirstByteCallers callers, PotluckProcess potluck, String title)
      throws IOException, InterruptedException {
    callers.report("");
    TimeUnit.SECONDS.sleep(seconds);
    int failed = callers.failures();
    System.out.println(
        "  " + callers.report(title) + "  resident " + potluck.residentMegabytes() + " MB");
    return failed;
  }
}
