package potluck.server.settings;

/** The address under which users reach the server; all links and redirects use it. */
final class PublicUrl {
  private PublicUrl() {}

  /**
   * {@code PUBLIC_URL} without a slash at its end; if it is not set, the listening address as this
   * machine can open it.
   *
   * @param port the port that the server listens on
   */
  static String of(SettingValues values, int port) {
    return values
        .find(Setting.PUBLIC_URL)
        .map(url -> url.replaceFirst("/+$", ""))
        .orElseGet(() -> "http://" + reachable(values.text(Setting.HOST)) + ":" + port);
  }

  /** Adds a problem if {@code PUBLIC_URL} is not an http or https address without query. */
  static void check(SettingValues values) {
    values
        .find(Setting.PUBLIC_URL)
        .filter(url -> !url.matches("https?://[^/?#\\s@]+(/[^?#\\s]*)?"))
        .ifPresent(
            url ->
                values.addProblem(
                    "PUBLIC_URL is '" + url + "'; it must be like https://potluck.example.org."));
  }

  /** The host in an address that this machine can open. */
  private static String reachable(String listening) {
    return switch (listening) {
      case "0.0.0.0" -> "127.0.0.1";
      case "::" -> "[::1]";
      default ->
          listening.contains(":") && !listening.startsWith("[") ? "[" + listening + "]" : listening;
    };
  }
}
