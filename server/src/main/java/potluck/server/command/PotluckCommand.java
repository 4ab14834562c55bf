package potluck.server.command;

import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import potluck.server.database.Database;
import potluck.server.logging.LogSettings;
import potluck.server.logging.Logging;
import potluck.server.settings.InvalidSettings;
import potluck.server.settings.ProgramVersion;
import potluck.server.settings.SecretFiles;
import potluck.server.settings.Setting;
import potluck.server.settings.Settings;
import potluck.server.settings.SettingsPage;

/** The command line and its exit statuses. */
@Command(
    name = "potluck",
    description = "A shared pool of AI accounts with one API in front of it.",
    mixinStandardHelpOptions = true,
    version = PotluckCommand.VERSION,
    scope = CommandLine.ScopeType.INHERIT,
    subcommands = {
      StartCommand.class,
      DbCommand.class,
      LedgerCommand.class,
      BackupCommand.class,
      RestoreCommand.class,
      ImportCommand.class,
      ExportCommand.class,
      DoctorCommand.class,
      KeysCommand.class,
      LoginCommand.class,
      LoginCommand.LogoutCommand.class,
      UserCommand.class,
      KeyCommand.class,
      AccountCommand.class,
      UsageCommand.class,
      RouteCommand.class,
      CompletionCommand.class,
      PotluckCommand.KeygenCommand.class,
      PotluckCommand.SettingsCommand.class,
      CommandLine.HelpCommand.class
    })
public final class PotluckCommand {
  private static final int EXIT_UNREACHABLE = 3;

  static final String VERSION = "Potluck " + ProgramVersion.NUMBER;

  private PotluckCommand() {}

  /** The command line with all subcommands. */
  static PotluckCommand create() {
    return new PotluckCommand();
  }

  /**
   * Runs a command. Exit status 0: done. 1: refused or failed. 2: wrong arguments or settings. 3:
   * the server cannot be reached.
   */
  public static int run(String... words) {
    CommandLine line = new CommandLine(create());
    line.setExecutionExceptionHandler(
        (thrown, _, _) -> {
          if (thrown instanceof InvalidSettings bad) {
            System.err.println(
                CommandText.of("Potluck cannot start with these settings:", "设置有误，Potluck 无法启动："));
            bad.problems()
                .forEach(problem -> System.err.println("  - " + CommandText.translate(problem)));
            return 2;
          }
          if (thrown instanceof ApiClient.Unreachable) {
            System.err.println("Potluck: " + thrown.getMessage());
            return EXIT_UNREACHABLE;
          }
          System.err.println("Potluck: " + ErrorText.of(thrown));
          if (thrown.getCause() != null
              && !ErrorText.of(thrown.getCause()).equals(ErrorText.of(thrown))) {
            System.err.println("  because: " + ErrorText.of(thrown.getCause()));
          }
          return 1;
        });
    return line.execute(words);
  }

  /** The settings from the environment and from {@code .env}; missing secrets are created. */
  static Settings settings() {
    return Settings.load(System.getenv(), folder());
  }

  /**
   * The same for a command that needs an existing database.
   *
   * @throws IllegalStateException if no database exists; the message names the folder that was
   *     searched
   */
  static Settings settingsOfExistingServer() {
    Settings settings = Settings.loadReadOnly(System.getenv(), folder());
    if (settings.databaseUrl().isEmpty() && !Database.existsIn(settings.home())) {
      throw new IllegalStateException(
          CommandText.of(
              "There is no database in "
                  + settings.home()
                  + ". Run this command in the folder in which Potluck is started, or set POTLUCK_HOME or DATABASE_URL.",
              settings.home() + " 中没有数据库。请在启动 Potluck 的目录中运行此命令，或设置 POTLUCK_HOME 或 DATABASE_URL。"));
    }
    return settings();
  }

  /** The folder in which the command is run, as an absolute path. */
  static Path folder() {
    return Path.of(System.getProperty("user.dir", ""));
  }

  /** Starts the log of a command, in the same file as the server's. */
  static void startLog(Settings settings) {
    Logging.start(LogSettings.read(settings.values()), settings.logFile());
  }

  @Command(name = "keygen", description = "Print a new key for PLUGIN_API_ENCRYPTION_KEY.")
  static final class KeygenCommand implements Callable<Integer> {
    @Override
    public Integer call() {
      System.out.println(SecretFiles.newKey());
      return 0;
    }
  }

  @Command(name = "settings", description = "List every setting with its default.")
  static final class SettingsCommand implements Callable<Integer> {
    @Option(names = "--markdown", description = "as the page of the documents, in Markdown")
    private boolean markdown;

    @Override
    public Integer call() {
      System.out.print(markdown ? SettingsPage.markdown(Locale.ENGLISH) : Setting.example());
      return 0;
    }
  }
}
