package potluck.server.api.model;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The version of Claude Code. Versions before 2.1.62 use the {@code input_tokens} of {@code
 * message_start} and ignore later ones, so the upstream's token counter is called in parallel for
 * them. Later versions use {@code message_delta} (measured with both).
 */
final class ClaudeCodeVersion {
  private static final Pattern AGENT =
      Pattern.compile("claude-cli/([0-9]{1,4})\\.([0-9]{1,4})\\.([0-9]{1,6})");
  private static final long FIRST_FIXED_VERSION = number(2, 1, 62);

  private ClaudeCodeVersion() {}

  /** Whether this user agent needs the exact count in the first event. */
  static boolean needsCount(@Nullable String userAgent) {
    if (userAgent == null) {
      return false;
    }
    Matcher agent = AGENT.matcher(userAgent);
    return agent.find()
        && number(
                Integer.parseInt(agent.group(1)),
                Integer.parseInt(agent.group(2)),
                Integer.parseInt(agent.group(3)))
            < FIRST_FIXED_VERSION;
  }

  private static long number(int major, int minor, int patch) {
    return (major * 10_000L + minor) * 1_000_000L + patch;
  }
}
