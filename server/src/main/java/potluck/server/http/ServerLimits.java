package potluck.server.http;

import java.nio.file.Path;
import java.time.Duration;
import potluck.server.settings.Setting;
import potluck.server.settings.SettingValues;

/** What every caller is limited to, authenticated or not. Immutable. */
public record ServerLimits(ConnectionLimits connections, RequestLimits requests) {

  /**
   * Limits of connections.
   *
   * @param maxSockets open at once, of callers and to upstreams
   * @param max of callers, open at once
   * @param maxPerAddress of one address, open at once
   * @param headTimeout for the head of a request
   * @param stallTimeout in which a body must bring {@code minBytesPerStall}, and in which one write
   *     of a response must finish
   * @param minBytesPerStall of a body
   * @param idleTimeout between two requests
   */
  public record ConnectionLimits(
      int maxSockets,
      int max,
      int maxPerAddress,
      Duration headTimeout,
      Duration stallTimeout,
      long minBytesPerStall,
      Duration idleTimeout) {
    private static final int MAX_REJECTION_RESPONSES = 256;

    /**
     * How many refused connections may be open at once to be sent the reason. They are beyond
     * {@code maxSockets}, so there are fewer of them if few sockets are possible.
     */
    int maxRejectionResponses() {
      return maxRejectionResponses(maxSockets);
    }

    static int maxRejectionResponses(int sockets) {
      return Math.min(MAX_REJECTION_RESPONSES, sockets / 4);
    }

    static ConnectionLimits read(SettingValues values) {
      int max = values.integer(Setting.POTLUCK_MAX_CONNECTIONS);
      return new ConnectionLimits(
          OpenFiles.maxSockets(max, OpenFiles.granted(Path.of("/proc/self/limits"))),
          max,
          values.integer(Setting.POTLUCK_MAX_CONNECTIONS_PER_ADDRESS),
          values.seconds(Setting.POTLUCK_HEAD_SECONDS),
          values.seconds(Setting.POTLUCK_STALL_SECONDS),
          values.number(Setting.POTLUCK_STALL_BYTES),
          values.seconds(Setting.POTLUCK_KEEP_ALIVE_SECONDS));
    }
  }

  /**
   * Limits of one request, and of all bodies together.
   *
   * @param maxUriBytes of the first line
   * @param maxHeaderBytes of the head
   * @param maxHeaders lines of the head
   * @param maxBodyBytes of a body, unpacked
   * @param maxPublicBodyBytes of a body on routes without authentication, unpacked
   * @param maxJsonDepth levels of a body that goes to a model
   * @param maxBodiesBytes of all bodies that are in memory at once
   */
  public record RequestLimits(
      int maxUriBytes,
      int maxHeaderBytes,
      int maxHeaders,
      long maxBodyBytes,
      long maxPublicBodyBytes,
      int maxJsonDepth,
      long maxBodiesBytes) {

    static RequestLimits read(SettingValues values) {
      return new RequestLimits(
          values.integer(Setting.POTLUCK_MAX_URI_BYTES),
          values.integer(Setting.POTLUCK_MAX_HEADER_BYTES),
          values.integer(Setting.POTLUCK_MAX_HEADERS),
          values.number(Setting.POTLUCK_MAX_BODY_BYTES),
          values.number(Setting.POTLUCK_MAX_PUBLIC_BODY_BYTES),
          values.integer(Setting.POTLUCK_MAX_JSON_DEPTH),
          Runtime.getRuntime().maxMemory()
              / 100
              * values.number(Setting.POTLUCK_MAX_BODIES_PERCENT));
    }
  }

  /** For the server that only answers health checks while the database is unreachable. */
  public static final ServerLimits WHILE_STARTING =
      new ServerLimits(
          new ConnectionLimits(
              1000,
              1000,
              100,
              Duration.ofSeconds(10),
              Duration.ofSeconds(30),
              30 << 10,
              Duration.ofSeconds(30)),
          new RequestLimits(8192, 8192, 100, 0, 0, 8, 0));

  /**
   * @throws IllegalStateException if the system grants too few open files to serve anybody
   */
  public static ServerLimits read(SettingValues values) {
    return new ServerLimits(ConnectionLimits.read(values), RequestLimits.read(values));
  }
}
