package potluck.server.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import picocli.CommandLine.Option;

/** What all commands share that call a running Potluck: the login, and --json. */
final class ApiCommandMixin {
  @Option(names = "--json", description = "print JSON")
  private boolean json;

  /** The call of a command. */
  interface ApiQuery {
    JsonNode run(ApiClient api) throws IOException;
  }

  /** Prints a result for people. */
  interface ResultPrinter {
    void print(JsonNode answer);
  }

  int run(ApiQuery question, ResultPrinter printer) throws IOException {
    LogSilencer.silence();
    LoginFile file = LoginFile.of(System.getenv());
    LoginFile.Login login =
        file.read()
            .orElseThrow(
                () -> new ApiClient.ApiRefusal("you are not logged in; run ./potluck login first"));
    try (ApiClient api = new ApiClient(file, login)) {
      JsonNode answer = question.run(api);
      if (json) {
        ConsoleOutput.json(answer);
      } else {
        printer.print(answer);
      }
      return 0;
    }
  }

  /** The same for commands that only confirm. */
  int runAndConfirm(ApiQuery question, String done) throws IOException {
    return run(question, _ -> System.out.println(done));
  }
}
