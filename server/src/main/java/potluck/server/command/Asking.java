package potluck.server.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import picocli.CommandLine.Option;

/** What all commands have that ask a running Potluck: who asks, and how the answer is shown. */
final class Asking {
  @Option(names = "--json", description = "write the answer as JSON")
  private boolean json;

  /** What a command asks. */
  interface Question {
    JsonNode of(Api api) throws IOException;
  }

  /** How an answer looks to people. */
  interface Showing {
    void show(JsonNode answer);
  }

  int ask(Question question, Showing showing) throws IOException {
    Quiet.logs();
    LoginFile file = LoginFile.of(System.getenv());
    LoginFile.Login login =
        file.read()
            .orElseThrow(() -> new Api.No("you are not logged in; do it first: ./potluck login"));
    try (Api api = new Api(file, login)) {
      JsonNode answer = question.of(api);
      if (json) {
        Printing.json(answer);
      } else {
        showing.show(answer);
      }
      return 0;
    }
  }

  /** The same, where it is enough to say that it was done. */
  int tell(Question question, String done) throws IOException {
    return ask(question, _ -> System.out.println(done));
  }
}
