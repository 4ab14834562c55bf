package potluck.server.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A command as it is typed: the program in a process of its own, in a folder, and what it said. */
public record CommandResult(int status, String out, String err) {
  private static final long MAX_SECONDS = 120;

  /**
   * @param environment all that the process is given
   * @param input what is typed into it
   */
  public static CommandResult runIn(
      Path folder, Map<String, String> environment, String input, String... words) {
    return run(folder, environment, input, "potluck.server.Main", List.of(words));
  }

  /**
   * Many commands one after the other in one process, which is quicker; what each said.
   *
   * @param input what is typed into all of them
   */
  public static List<CommandResult> all(
      Path folder, Map<String, String> environment, String input, List<List<String>> commands) {
    CommandResult all =
        run(
            folder,
            environment,
            input,
            CommandRunner.class.getName(),
            commands.stream().map(words -> String.join(CommandRunner.SPACE, words)).toList());
    ObjectMapper json = new ObjectMapper();
    List<CommandResult> each = new ArrayList<>();
    for (String line : all.out().lines().toList()) {
      try {
        each.add(json.readValue(line, CommandResult.class));
      } catch (IOException e) {
        throw new UncheckedIOException(all.toString(), e);
      }
    }
    if (each.size() != commands.size()) {
      throw new AssertionError(all.toString());
    }
    return each;
  }

  /**
   * @param commands words with a space between
   */
  public static List<CommandResult> all(Path folder, String... commands) {
    return all(
        folder,
        Map.of("METRICS_PORT", "0"),
        "",
        Stream.of(commands).map(command -> List.of(command.split(" "))).toList());
  }

  private static CommandResult run(
      Path folder,
      Map<String, String> environment,
      String input,
      String program,
      List<String> words) {
    try {
      Path out = Files.createTempFile("typed", ".out");
      Path err = Files.createTempFile("typed", ".err");
      List<String> command =
          new ArrayList<>(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:+UseSerialGC",
                  "-XX:TieredStopAtLevel=1",
                  "-Dfile.encoding=UTF-8",
                  "-Dstdout.encoding=UTF-8",
                  "-Dstderr.encoding=UTF-8",
                  "--enable-native-access=ALL-UNNAMED",
                  "-cp",
                  System.getProperty("java.class.path"),
                  program));
      command.addAll(words);
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      builder.environment().clear();
      builder.environment().put("PATH", System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));
      builder.environment().putAll(environment);
      Process process = builder.start();
      process.getOutputStream().write(input.getBytes(UTF_8));
      process.getOutputStream().close();
      if (!process.waitFor(MAX_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("it did not end: " + String.join(" ", words));
      }
      return new CommandResult(process.exitValue(), Files.readString(out), Files.readString(err));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  public static CommandResult runIn(Path folder, String... words) {
    return runIn(folder, Map.of("METRICS_PORT", "0"), "", words);
  }

  /** The same, where it must go well. */
  public static CommandResult succeeded(Path folder, String... words) {
    CommandResult typed = runIn(folder, words);
    if (typed.status() != 0) {
      throw new AssertionError(typed.toString());
    }
    return typed;
  }
}
