package potluck.server.bootstrap;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import potluck.server.api.identity.LoginLimits;
import potluck.server.http.ServerLimits;
import potluck.server.settings.Settings;

/** Turns settings into what the doors hold everybody to. */
final class ServerLimitsFactory {
  private static final Logger LOG = LoggerFactory.getLogger(ServerLimitsFactory.class);

  /** Jars, the journal, the database, logs, connections that are kept for later. */
  private static final int MAX_OWN_FILES = 768;

  /** The same, where nothing is kept for later. */
  private static final int MIN_OWN_FILES = 224;

  /** With fewer it is not worth while. */
  private static final int MIN_SOCKETS = 16;

  private static final Pattern OPEN_FILES =
      Pattern.compile("^Max open files +([0-9]+)", Pattern.MULTILINE);

  private ServerLimitsFactory() {}

  static ServerLimits serverLimits(Settings.Limits limits) {
    Settings.Connected connected = limits.connected();
    return new ServerLimits(
        sockets(connected.maxConnections(), openFiles(Path.of("/proc/self/limits"))),
        connected.maxConnections(),
        connected.maxPerAddress(),
        connected.headTimeout(),
        connected.stallTimeout(),
        connected.minBytesPerStallTimeout(),
        connected.keepAlive(),
        limits.maxUriBytes(),
        limits.maxHeaderBytes(),
        limits.maxHeaders(),
        limits.maxBodyBytes(),
        limits.maxPublicBodyBytes(),
        limits.maxJsonDepth(),
        Runtime.getRuntime().maxMemory() / 100 * limits.maxBodiesPercent());
  }

  static LoginLimits loginLimits(Settings.LoginAttempts guessing) {
    return new LoginLimits(
        guessing.freeFailures(), guessing.maxWait(), guessing.maxFailuresPerAddress());
  }

  /**
   * For as many callers, each with an upstream, or for what the system grants beside what the
   * program needs itself and those who are being sent away.
   *
   * @throws IllegalStateException where it grants so few that nobody could be served
   */
  static int sockets(int callers, long files) {
    long rest = files - Math.max(MIN_OWN_FILES, Math.min(MAX_OWN_FILES, files / 4));
    long possible =
        rest - ServerLimits.maxRejectionResponses((int) Math.min(Integer.MAX_VALUE, rest));
    if (possible < MIN_SOCKETS) {
      throw new IllegalStateException(
          "the system grants "
              + files
              + " open files, and Potluck needs 256 at least: ulimit -n or LimitNOFILE raises that");
    }
    if (possible < callers) {
      LOG.warn(
          "of {} connections (POTLUCK_MAX_CONNECTIONS) only {} are possible: the system grants {}"
              + " open files; ulimit -n or LimitNOFILE raises that",
          callers,
          possible,
          files);
    }
    return (int) Math.min(2L * callers, possible);
  }

  /** What Linux grants this program; elsewhere as many as anybody wants. */
  static long openFiles(Path limits) {
    try {
      Matcher found = OPEN_FILES.matcher(Files.readString(limits));
      return found.find() ? Long.parseLong(found.group(1)) : Integer.MAX_VALUE;
    } catch (IOException e) {
      return Integer.MAX_VALUE;
    }
  }
}
