package potluck.server.http;

import java.util.List;

/**
 * The surface of a path that matches no route, so that its error has the form that the caller
 * reads. The only place that knows path prefixes. The first entry that fits counts.
 */
final class PathSurfaces {
  /**
   * @param contains must be somewhere in the path; empty for no condition
   */
  private record Entry(String prefix, String contains, Surface surface) {
    boolean fits(String path) {
      return path.startsWith(prefix) && path.contains(contains);
    }
  }

  private static final List<Entry> ENTRIES =
      List.of(
          new Entry("/v1beta", "", Surface.GEMINI),
          new Entry("/v1/models/", ":", Surface.GEMINI_V1),
          new Entry("/v1/messages", "", Surface.ANTHROPIC),
          new Entry("/cc/", "", Surface.CLAUDE_CODE),
          new Entry("/v1/responses", "", Surface.RESPONSES),
          new Entry("/v1", "", Surface.OPENAI),
          new Entry("/api/users", "", Surface.PLUGIN_SERVICE),
          new Entry("/api/user/", "", Surface.PLUGIN_SERVICE),
          new Entry("/api/accounts", "", Surface.PLUGIN_SERVICE),
          new Entry("/api/oauth/", "", Surface.PLUGIN_SERVICE),
          new Entry("/api/quotas/", "", Surface.PLUGIN_SERVICE));

  private PathSurfaces() {}

  static Surface of(String path) {
    for (Entry entry : ENTRIES) {
      if (entry.fits(path)) {
        return entry.surface();
      }
    }
    return Surface.OWN;
  }
}
