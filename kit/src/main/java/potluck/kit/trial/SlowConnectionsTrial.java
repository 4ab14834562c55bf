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
 * Fifty callers stream, first by themselves, then while heads of requests drip in on thousands of
 * connections: with room for all of them, and with room for half. It says what the callers notice.
 */
public final class SlowConnectionsTrial {
  private static final int CALLERS = 50;
  private static final String MODEL = "gpt-4.1-trial!drip-100";

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

  /** Arguments: the program's script, slow connections, seconds, port. 1 where a caller failed. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    SlowConnectionsTrial trial =
        new SlowConnectionsTrial(
            Path.of(arguments[0]),
            Integer.parseInt(arguments[1]),
            Integer.parseInt(arguments[2]),
            Integer.parseInt(arguments[3]));
    int failed = 0;
    for (int room : List.of(trial.sockets * 3, trial.sockets / 2)) {
      System.out.println("POTLUCK_MAX_CONNECTIONS=" + room);
      failed += trial.run(room);
    }
    System.exit(failed == 0 ? 0 : 1);
  }

  private int run(int room) throws IOException, InterruptedException {
    int failed = 0;
    PotluckProcess house =
        new PotluckProcess(script, Files.createTempDirectory("slow-trial"), port);
    house.start(
        Map.of(
            "POTLUCK_MAX_CONNECTIONS", Integer.toString(room),
            "METRICS_PORT", "0",
            "POTLUCK_JAVA_OPTS", "-Xmx512m"));
    String key = house.share(house.login(), upstream, MODEL);
    try (house;
        FirstByteCallers callers = new FirstByteCallers(port, key, MODEL, CALLERS)) {
      TimeUnit.SECONDS.sleep(seconds); // Java settles.
      callers.report("");
      failed += phase(callers, house, "by themselves");
      try (SlowConnections drips = new SlowConnections(port, sockets)) {
        TimeUnit.SECONDS.sleep(15); // As long as it takes until the first are closed, and more.
        failed += phase(callers, house, "beside " + drips.open() + " slow ones");
        System.out.println("  of the slow ones " + drips.summary());
      }
      TimeUnit.SECONDS.sleep(5);
      failed += phase(callers, house, "by themselves again");
    }
    return failed;
  }

  private int phase(FirstByteCallers callers, PotluckProcess house, String title)
      throws IOException, InterruptedException {
    callers.report("");
    TimeUnit.SECONDS.sleep(seconds);
    int failed = callers.failures();
    System.out.println(
        "  " + callers.report(title) + "  resident " + house.residentMegabytes() + " MB");
    return failed;
  }
}
