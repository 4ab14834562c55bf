package potluck.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import potluck.server.testing.DocumentPage;

/**
 * The launcher of the package accepts the commands of a checkout, except those that need a
 * checkout. A script that prints its arguments replaces Java.
 */
class LauncherTest {
  private static final List<String> OF_A_CHECKOUT = List.of("test", "build", "bench", "package");

  @TempDir private Path folder;

  private record Ran(int status, String out, String err) {}

  @BeforeEach
  void unpack() throws IOException {
    Path java = folder.resolve("runtime/bin/java");
    Files.createDirectories(java.resolveSibling(""));
    Files.writeString(java, "#!/bin/sh\necho \"$@\"\n");
    Files.copy(DocumentPage.ROOT.resolve("ops/package/launcher"), folder.resolve("potluck"));
    for (Path file : List.of(java, folder.resolve("potluck"))) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  @Test
  void everyCommandIsAccepted() throws Exception {
    List<String> names =
        new ArrayList<>(new CommandLine(PotluckCommand.create()).getSubcommands().keySet());
    assertThat(names.remove("help")).isTrue();
    assertThat(names).hasSizeGreaterThan(15);
    for (String name : names) {
      assertThat(packed(name, "word").out().strip())
          .endsWith("potluck.server.Main " + name + " word");
    }
    assertThat(packed("version").out().strip()).endsWith("potluck.server.Main --version");
  }

  @Test
  void checkoutOnlyCommandsAreRefused() throws Exception {
    for (String name : OF_A_CHECKOUT) {
      Ran ran = packed(name);
      assertThat(ran.status()).isEqualTo(2);
      assertThat(ran.err().lines().toList())
          .containsExactly(
              "./potluck "
                  + name
                  + " needs a checkout of Potluck, and this is the packed program.");
    }
    assertThat(packed("nothing").err()).contains("There is no command './potluck nothing'");
  }

  @Test
  void helpOmitsCheckoutOnlyCommands() throws Exception {
    Set<String> helped = Set.copyOf(packed("help").out().lines().toList());
    for (String line : help().lines().toList()) {
      String shown = line.replace(" (builds first if necessary)", "");
      boolean here = OF_A_CHECKOUT.stream().noneMatch(name -> line.startsWith("./potluck " + name));
      assertThat(helped.contains(shown)).as(line).isEqualTo(here);
    }
  }

  private static String help() throws IOException {
    String script = Files.readString(DocumentPage.ROOT.resolve("potluck"));
    int from = script.indexOf("cat <<'TEXT'\n") + "cat <<'TEXT'\n".length();
    return script.substring(from, script.indexOf("TEXT\n", from));
  }

  private Ran packed(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(folder.resolve("potluck").toString()));
    command.addAll(List.of(words));
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    int status =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start()
            .waitFor();
    return new Ran(
        status,
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }
}
