package potluck.server.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One log event as one line: text for people or JSON for machines. Control characters are escaped,
 * so that a message can neither forge a line nor move a terminal's cursor.
 */
final class LogLineLayout extends LayoutBase<ILoggingEvent> {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final boolean json;

  LogLineLayout(boolean json) {
    this.json = json;
  }

  @Override
  public String doLayout(ILoggingEvent event) {
    String time = TIME.format(Instant.ofEpochMilli(event.getTimeStamp()));
    String message = event.getFormattedMessage();
    @Nullable String request = event.getMDCPropertyMap().get("request");
    String logger = event.getLoggerName().substring(event.getLoggerName().lastIndexOf('.') + 1);
    @Nullable IThrowableProxy thrown = event.getThrowableProxy();
    String trace = thrown == null ? "" : ThrowableProxyUtil.asString(thrown);
    if (json) {
      return "{\"time\":\""
          + time
          + "\",\"level\":\""
          + event.getLevel()
          + "\",\"logger\":"
          + quoted(logger)
          + (request == null ? "" : ",\"request\":" + quoted(request))
          + ",\"message\":"
          + quoted(message)
          + (trace.isEmpty() ? "" : ",\"trace\":" + quoted(trace))
          + "}\n";
    }
    return "%s %-5s %-12s %s%s%n"
            .formatted(
                time,
                event.getLevel(),
                logger,
                escaped(message),
                request == null ? "" : " [" + escaped(request) + "]")
        + trace.lines().map(line -> "    " + escaped(line) + "\n").reduce("", String::concat);
  }

  private static String quoted(String text) {
    return "\"" + escaped(text.replace("\\", "\\\\").replace("\"", "\\\"")) + "\"";
  }

  private static String escaped(String text) {
    StringBuilder safe = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n') {
        safe.append("\\n");
      } else if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == '\u2028' || c == '\u2029') {
        safe.append("\\u%04x".formatted((int) c));
      } else {
        safe.append(c);
      }
    }
    return safe.toString();
  }
}
