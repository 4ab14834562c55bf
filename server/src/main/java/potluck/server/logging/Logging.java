package potluck.server.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.FileSize;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Sets up logging to the terminal and to {@code logs/app.log}: ten files of ten megabytes. */
public final class Logging {
  private static final FileSize FILE_SIZE = FileSize.valueOf("10MB");
  private static final int MAX_OLD_FILES = 9;

  private Logging() {}

  /**
   * @param file of the log
   */
  public static void start(LogSettings settings, Path file) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(level(settings.level()));
    context.getLogger("io.helidon").setLevel(Level.WARN);
    // Helidon prints a long message about a taken port; ours has one line.
    context.getLogger("io.helidon.webserver.LoomServer").setLevel(Level.OFF);
    // OpenTelemetry prints long messages about an unreachable collector; ours has one line.
    context.getLogger("io.opentelemetry").setLevel(Level.OFF);
    context.getLogger("com.zaxxer.hikari").setLevel(Level.ERROR);
    context.getLogger("org.apache.ibatis").setLevel(Level.WARN);
    root.addAppender(startAppender(context, new ConsoleAppender<>(), settings));
    RollingFileAppender<ILoggingEvent> kept = file(context, settings, file);
    root.addAppender(kept);
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    if (!kept.isStarted()) {
      LoggerFactory.getLogger(Logging.class)
          .warn("no log file: {} cannot be written; the log goes to the terminal only", file);
    }
  }

  private static RollingFileAppender<ILoggingEvent> file(
      LoggerContext context, LogSettings settings, Path file) {
    OwnerOnlyFileAppender appender = new OwnerOnlyFileAppender();
    appender.setName("file");
    appender.setFile(file.toString());
    FixedWindowRollingPolicy rolling = new FixedWindowRollingPolicy();
    rolling.setContext(context);
    rolling.setParent(appender);
    rolling.setFileNamePattern(file + ".%i");
    rolling.setMaxIndex(MAX_OLD_FILES);
    rolling.start();
    SizeBasedTriggeringPolicy<ILoggingEvent> size = new SizeBasedTriggeringPolicy<>();
    size.setContext(context);
    size.setMaxFileSize(FILE_SIZE);
    size.start();
    appender.setRollingPolicy(rolling);
    appender.setTriggeringPolicy(size);
    return startAppender(context, appender, settings);
  }

  private static <A extends OutputStreamAppender<ILoggingEvent>> A startAppender(
      LoggerContext context, A appender, LogSettings settings) {
    LogLineLayout line = new LogLineLayout(settings.json());
    line.setContext(context);
    line.start();
    LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
    encoder.setContext(context);
    encoder.setCharset(StandardCharsets.UTF_8);
    encoder.setLayout(line);
    encoder.start();
    appender.setContext(context);
    appender.setEncoder(encoder);
    appender.start();
    return appender;
  }

  private static Level level(String name) {
    return switch (name) {
      case "DEBUG" -> Level.DEBUG;
      case "WARNING", "WARN" -> Level.WARN;
      case "ERROR", "CRITICAL" -> Level.ERROR;
      default -> Level.INFO;
    };
  }
}
