package potluck.server.command;

import static java.net.URLEncoder.encode;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.NullNode;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import potluck.server.exporting.OwnerOnlyFile;

/** {@code ./potluck usage}: requests and what they used. */
@Command(
    name = "usage",
    description = "Requests: logs, stats, export.",
    mixinStandardHelpOptions = true)
final class UsageCommand {

  /** Which requests are meant. */
  static final class RequestFilter {
    @Option(names = "--all", description = "of all users; for administrators and auditors")
    private boolean all;

    @Option(names = "--from", description = "a time such as 2030-01-01T00:00:00Z")
    private @Nullable String from;

    @Option(names = "--to", description = "a time")
    private @Nullable String to;

    @Option(names = "--model", description = "the model as it was requested")
    private @Nullable String model;

    String query() {
      StringBuilder query = new StringBuilder(all ? "all=1" : "all=0");
      add(query, "start_date", from);
      add(query, "end_date", to);
      add(query, "model_name", model);
      return query.toString();
    }

    private static void add(StringBuilder query, String name, @Nullable String value) {
      if (value != null) {
        query.append('&').append(name).append('=').append(encode(value, UTF_8));
      }
    }
  }

  @Command(description = "Show requests, newest first.")
  int logs(
      @Mixin ApiCommandMixin asking,
      @Mixin RequestFilter which,
      @Option(names = "--limit", defaultValue = "20", description = "${DEFAULT-VALUE}") int limit,
      @Option(names = "--offset", defaultValue = "0", description = "${DEFAULT-VALUE}") int offset)
      throws IOException {
    return asking.run(
        api ->
            api.get("/api/usage/logs?%s&limit=%d&offset=%d".formatted(which.query(), limit, offset))
                .path("data"),
        answer ->
            ConsoleOutput.table(
                answer.path("logs"),
                "created_at",
                "user_id",
                "model_name",
                "status_code",
                "input_tokens",
                "output_tokens",
                "cost",
                "quota_consumed",
                "request_id"));
  }

  @Command(description = "Show totals.")
  int stats(@Mixin ApiCommandMixin asking, @Mixin RequestFilter which) throws IOException {
    return asking.run(
        api -> api.get("/api/usage/stats?" + which.query()).path("data"),
        answer ->
            answer
                .properties()
                .forEach(
                    field -> {
                      if (field.getValue().isNumber()) {
                        System.out.printf("%-24s %s%n", field.getKey(), field.getValue());
                      }
                    }));
  }

  @Command(description = "Write all rows as CSV, or with --json as JSON lines.")
  int export(
      @Mixin RequestFilter which,
      @Option(names = "--json", description = "JSON lines") boolean json,
      @Option(
              names = {"-o", "--output"},
              description = "a file; the default is standard output")
          @Nullable Path output)
      throws IOException {
    String path = "/api/usage/export?" + which.query() + "&format=" + (json ? "jsonl" : "csv");
    return new ApiCommandMixin()
        .run(
            api -> {
              if (output == null || output.toString().equals("-")) {
                api.download(path, System.out);
                System.out.flush();
              } else {
                OwnerOnlyFile.createOrReplace(output, out -> api.download(path, out));
              }
              return NullNode.getInstance();
            },
            _ -> {});
  }
}
