package potluck.server.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import potluck.gateway.account.Secret;
import potluck.server.database.Database;
import potluck.server.importing.AntiHubSource;
import potluck.server.importing.ImportReport;
import potluck.server.importing.ImportSource;
import potluck.server.importing.Importer;
import potluck.server.importing.LiteLlmSource;
import potluck.server.importing.NewApiSource;
import potluck.server.settings.Settings;

/** {@code ./potluck import}: imports from another gateway, after showing a preview. */
@Command(
    name = "import",
    description = "Import from another gateway; shows a preview unless --apply is given.",
    mixinStandardHelpOptions = true)
final class ImportCommand {

  /** The options of all sources. */
  static final class ImportOptions {
    @Option(names = "--apply", description = "write the data; without it nothing is written")
    private boolean apply;

    @Option(names = "--json", description = "as JSON")
    private boolean json;

    @Option(
        names = "--as",
        paramLabel = "NAME",
        description = "a name for the source, if you import from two of the same kind")
    private @Nullable String as;

    @Option(
        names = "--rename",
        paramLabel = "OLD=NEW",
        description = "a user's new name, if the old one is taken or invalid")
    private Map<String, String> renamed = new LinkedHashMap<>();

    @Option(
        names = "--owner",
        paramLabel = "NAME",
        description = "owner of the operator's accounts; the first administrator")
    private @Nullable String owner;

    @Option(
        names = "--share",
        description = "share the operator's accounts; you confirm that this is allowed")
    private boolean share;
  }

  private interface SourceFactory {
    ImportSource open(Settings settings) throws IOException;
  }

  @Command(
      name = "antihub",
      aliases = "origin",
      description = "From AntiHub's databases: the backend's, and its Plug-in service's.")
  int antiHub(
      @Option(names = "--from", required = true, paramLabel = "URL", description = "postgresql://…")
          String from,
      @Option(
              names = "--plugin",
              paramLabel = "URL",
              description = "the Plug-in service's database, for accounts and quotas")
          @Nullable String plugin,
      @Option(
              names = "--fernet-key-file",
              paramLabel = "FILE",
              description = "its PLUGIN_API_ENCRYPTION_KEY; the default is this server's")
          @Nullable Path keys,
      @Option(
              names = "--provider",
              paramLabel = "KIND=NAME",
              description = "the provider for accounts of a kind, such as antigravity=NAME")
          @Nullable Map<String, String> providers,
      @CommandLine.Mixin ImportOptions wanted)
      throws IOException, SQLException {
    return run(
        settings ->
            AntiHubSource.open(
                from, plugin, providers == null ? Map.of() : providers, fernet(keys, settings)),
        wanted);
  }

  private static List<Secret> fernet(@Nullable Path file, Settings settings) throws IOException {
    if (file == null) {
      return settings.tokens().fernet();
    }
    List<Secret> keys = new ArrayList<>();
    for (String key : Files.readString(file).split("[\\s,]+")) {
      if (!key.isBlank()) {
        keys.add(new Secret(key.strip()));
      }
    }
    return keys;
  }

  @Command(name = "new-api", description = "From the database of new-api or one-api.")
  int newApi(
      @Option(
              names = "--from",
              required = true,
              paramLabel = "FROM",
              description = "its SQLite file, a file from mysqldump, or postgresql://…")
          String from,
      @CommandLine.Mixin ImportOptions wanted)
      throws IOException, SQLException {
    return run(_ -> NewApiSource.open(from), wanted);
  }

  @Command(name = "litellm", description = "From LiteLLM's config.yaml.")
  int liteLlm(
      @Parameters(paramLabel = "FILE", description = "config.yaml") Path file,
      @CommandLine.Mixin ImportOptions wanted)
      throws IOException, SQLException {
    return run(_ -> LiteLlmSource.open(file, System.getenv()), wanted);
  }

  private static int run(SourceFactory opening, ImportOptions wanted)
      throws IOException, SQLException {
    Settings settings = PotluckCommand.settingsOfExistingServer();
    PotluckCommand.startLog(settings);
    LogSilencer.silence();
    try (Database database = Database.forCommand(settings)) {
      SchemaCheck.requireCurrent(database);
      try (ImportSource source = opening.open(settings)) {
        Jdbi jdbi = Jdbi.create(database.forReports());
        jdbi.registerArrayType(String.class, "text");
        String as = wanted.as == null ? source.kind() : wanted.as;
        ImportReport.ReportView report =
            new Importer(jdbi, settings)
                .run(
                    source,
                    new Importer.ImportOptions(as, wanted.renamed, wanted.owner, wanted.share),
                    wanted.apply)
                .toView();
        if (wanted.json) {
          ConsoleOutput.json(report);
        } else {
          print(report);
        }
      }
    }
    return 0;
  }

  private static void print(ImportReport.ReportView report) {
    String column = report.applied() ? "came" : "would_come";
    List<JsonNode> rows = new ArrayList<>();
    for (JsonNode line : ConsoleOutput.JSON.<JsonNode>valueToTree(report.kinds())) {
      rows.add(((ObjectNode) line).set(column, line.path("came")));
    }
    ConsoleOutput.table(rows, "kind", "found", column, "here", "left_out");
    for (ImportReport.KindView line : report.kinds()) {
      line.reasons()
          .forEach(reason -> print(line.kind() + CommandText.of(" skipped", " 未导入"), reason));
      line.remarks().forEach(reason -> print(line.kind() + CommandText.of(" note", " 说明"), reason));
    }
    System.out.println();
    System.out.println(
        report.applied()
            ? CommandText.of(
                "The import is complete; a running Potluck sees it within two seconds. It can be repeated.",
                "导入完成，运行中的 Potluck 两秒内可见。可以重复执行。")
            : CommandText.of(
                "This is a preview; nothing was written. Repeat with --apply to import.",
                "这是预览，未写入任何数据；加上 --apply 执行导入。"));
  }

  private static void print(String what, ImportReport.ReasonView reason) {
    System.out.printf("%n%s: %d%n  %s%n", what, reason.count(), reason.why());
    String more = reason.count() > reason.examples().size() ? ", …" : "";
    System.out.println("  " + String.join(", ", reason.examples()) + more);
  }
}
