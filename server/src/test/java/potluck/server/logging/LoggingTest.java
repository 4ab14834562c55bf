package potluck.server.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.ContextInitializer;
import ch.qos.logback.core.joran.spi.JoranException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.bridge.SLF4JBridgeHandler;

class LoggingTest {
  private static final Logger LOG = LoggerFactory.getLogger(LoggingTest.class);

  @TempDir Path folder;

  @AfterEach
  void restoreTestLogging() throws JoranException {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    new ContextInitializer(context).autoConfig();
    SLF4JBridgeHandler.uninstall();
  }

  @Test
  void lineHasTheRequestId() throws IOException {
    start("INFO", false);
    try (MDC.MDCCloseable _ = MDC.putCloseable("request", "r-1")) {
      LOG.info("served {}", "soup");
    }
    assertThat(lines()).singleElement().asString().contains("INFO", "served soup", "[r-1]");
  }

  @Test
  void controlCharactersAreEscaped() throws IOException {
    start("INFO", false);
    LOG.warn("it said {}", "no\n2026 ERROR forged\r\u001b[2J\u2028x");
    assertThat(lines())
        .singleElement()
        .asString()
        .contains("no\\n2026 ERROR forged\\u000d\\u001b[2J\\u2028x");
  }

  @Test
  void jsonLineIsOneEscapedObject() throws IOException {
    start("INFO", true);
    LOG.error("a \"quote\" and a \\", new IllegalStateException("broken\nhere"));
    assertThat(lines())
        .singleElement()
        .asString()
        .startsWith("{\"time\":\"")
        .contains("\"level\":\"ERROR\"", "a \\\"quote\\\" and a \\\\", "broken\\nhere")
        .endsWith("\"}");
  }

  @Test
  void unwritableFileIsReportedOnTheTerminal() throws IOException {
    Path inTheWay = Files.writeString(folder.resolve("logs"), "a file");
    PrintStream terminal = System.out;
    var said = new ByteArrayOutputStream();
    System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      Logging.start(new LogSettings("INFO", false), inTheWay.resolve("app.log"));
      LOG.info("small talk");
    } finally {
      System.setOut(terminal);
    }
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("no log file: " + inTheWay.resolve("app.log"))
        .contains("small talk");
  }

  @Test
  void levelComesFromTheSetting() throws IOException {
    start("WARNING", false);
    LOG.info("small talk");
    LOG.warn("news");
    assertThat(lines()).singleElement().asString().contains("news");
  }

  @Test
  void jdkLoggingGoesToTheSameFile() throws IOException {
    start("INFO", false);
    java.util.logging.Logger.getLogger("jdk").warning("from elsewhere");
    assertThat(lines()).singleElement().asString().contains("WARN", "from elsewhere");
  }

  @Test
  void fileIsReadableByItsOwnerOnlyAlsoAfterRolling() throws IOException {
    Files.createFile(
        folder.resolve("app.log"),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--")));
    start("INFO", false);
    OwnerOnlyFileAppender file =
        (OwnerOnlyFileAppender)
            ((LoggerContext) LoggerFactory.getILoggerFactory())
                .getLogger(Logger.ROOT_LOGGER_NAME)
                .getAppender("file");
    LOG.info("before");
    file.rollover();
    LOG.info("after");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.toList())
          .hasSize(2)
          .allSatisfy(
              one ->
                  assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(one)))
                      .isEqualTo("rw-------"));
    }
  }

  private void start(String level, boolean json) {
    Logging.start(new LogSettings(level, json), folder.resolve("app.log"));
  }

  private List<String> lines() throws IOException {
    return Files.readAllLines(folder.resolve("app.log"));
  }
}
