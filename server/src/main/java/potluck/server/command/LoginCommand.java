package potluck.server.command;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./potluck login}: the login that the other commands use. */
@Command(
    name = "login",
    description =
        "Log in at a running Potluck for the other commands. The password is asked for, or read from standard input.",
    mixinStandardHelpOptions = true)
final class LoginCommand implements Callable<Integer> {
  @Option(
      names = "--url",
      description = "address of the server; ${DEFAULT-VALUE}",
      defaultValue = "http://127.0.0.1:8008")
  private String url = "";

  @Option(names = "--user", description = "user name; asked for if absent")
  private @Nullable String user;

  @Override
  public Integer call() throws IOException {
    LogSilencer.silence();
    String username =
        user == null ? ConsoleInput.readLine(CommandText.of("User name", "用户名")) : user;
    String password = ConsoleInput.readSecret(CommandText.of("Password", "密码"));
    LoginFile file = LoginFile.of(System.getenv());
    LoginFile.Login login = ApiClient.logIn(file, url.replaceAll("/+$", ""), username, password);
    System.out.printf(
        CommandText.of(
            "%s is logged in at %s; the login is stored in %s%n", "%s 已登录 %s；登录信息保存在 %s%n"),
        username,
        login.url(),
        file.path());
    return 0;
  }

  /** {@code ./potluck logout}: ends the login on the server and here. */
  @Command(
      name = "logout",
      description = "End the login of ./potluck login on the server and here.",
      mixinStandardHelpOptions = true)
  static final class LogoutCommand implements Callable<Integer> {
    @Override
    public Integer call() throws IOException {
      LogSilencer.silence();
      LoginFile file = LoginFile.of(System.getenv());
      if (file.read().isPresent()) {
        try (ApiClient api = new ApiClient(file, file.read().get())) {
          api.call("POST", "/api/auth/logout", Map.of());
        } catch (ApiClient.ApiRefusal e) {
          // The login had ended already.
        } finally {
          file.delete();
        }
      }
      System.out.println(CommandText.of("You are logged out", "已退出登录"));
      return 0;
    }
  }
}
