package potluck.server.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A running {@link CommandRunner} for one environment. Up to {@link #MAX_RUNNING} are kept for
 * later commands, of other folders too; they end with this JVM. Safe for use by many threads:
 * commands of one process run one after the other.
 */
final class CommandProcess {
  private static final int MAX_RUNNING = 8;
  private static final long MAX_SECONDS = 120;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Ordered by last use; the least recently used process is the first. */
  private static final Map<Map<String, String>, CommandProcess> RUNNING =
      new LinkedHashMap<>(8, 0.75f, true);

  private final Process process;
  private final BufferedReader results;

  private CommandProcess(Process process) {
    this.process = process;
    this.results = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
  }

  /**
   * The process for this environment; it is started if it does not run.
   *
   * @param environment all variables of the process but PATH
   */
  static CommandProcess of(Map<String, String> environment) {
    synchronized (RUNNING) {
      Map<String, String> key = Map.copyOf(environment);
      @Nullable CommandProcess known = RUNNING.get(key);
      if (known == null || !known.process.isAlive()) {
        known = start(environment);
        RUNNING.put(key, known);
        if (RUNNING.size() > MAX_RUNNING) {
          RUNNING.remove(RUNNING.keySet().iterator().next()).end();
        }
      }
      return known;
    }
  }

  private static CommandProcess start(Map<String, String> environment) {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-Dfile.encoding=UTF-8",
                "-Dstdout.encoding=UTF-8",
                "-Dstderr.encoding=UTF-8",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                CommandRunner.class.getName())
            .directory(TestServer.newFolder().toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().clear();
    builder.environment().put("PATH", System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));
    builder.environment().putAll(environment);
    try {
      return new CommandProcess(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Runs a command; fails if it takes more than {@value #MAX_SECONDS} s.
   *
   * @param folder the folder in which it finds {@code .env} and {@code data}; relative names of
   *     files mean files in another folder, which all commands of this process share
   */
  synchronized CommandResult run(Path folder, String input, List<String> words) {
    try {
      OutputStream commands = process.getOutputStream();
      commands.write(
          JSON.writeValueAsBytes(
              new CommandRunner.Command(folder.toRealPath().toString(), words, input)));
      commands.write('\n');
      commands.flush();
      @Nullable String line =
          CompletableFuture.supplyAsync(this::nextResult).get(MAX_SECONDS, TimeUnit.SECONDS);
      if (line == null) {
        throw new AssertionError("the process ended during: " + String.join(" ", words));
      }
      return JSON.readValue(line, CommandResult.class);
    } catch (TimeoutException e) {
      end();
      throw new AssertionError("the command did not end: " + String.join(" ", words), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private @Nullable String nextResult() {
    try {
      return results.readLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void end() {
    process.destroyForcibly();
  }
}
