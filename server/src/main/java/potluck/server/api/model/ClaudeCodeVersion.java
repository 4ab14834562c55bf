package potluck.server.api.model;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which Claude Code asks. Versions before 2.1.62 keep the {@code input_tokens} of {@code
 * message_start} for ever, so for them the upstream's own counter is asked beside the request;
 * later ones take it from {@code message_delta} (measured with both kinds of clients).
 */
final class ClaudeCodeVersion {
  private static final Pattern AGENT =
      Pattern.compile("claude-cli/([0-9]{1,4})\\.([0-9]{1,4})\\.([0-9]{1,6})");
  private static final long FIRST_FIXED_VERSION = number(2, 1, 62);

  private ClaudeCodeVersion() {}

  /** Whether this user agent needs the true number at the start. */
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
