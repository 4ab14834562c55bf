package potluck.server.command;

import java.io.PrintStream;
import java.nio.file.Path;
import potluck.gateway.demo.DemoModel;
import potluck.server.bootstrap.PotluckServer;
import potluck.server.settings.Settings;

/** What a start prints once the server listens. */
final class Banner {
  private Banner() {}

  static void print(PrintStream out, Settings settings, PotluckServer gateway, Path log) {
    String url = "http://" + host(settings.listen().host()) + ":" + gateway.port();
    out.println();
    out.println("  Potluck is running / 已启动: " + url);
    gateway
        .firstStartSecrets()
        .demoKey()
        .ifPresent(
            key -> {
              out.println();
              out.println("  Try it (demo model, only on this machine, for one day) / 试一试:");
              out.println();
              out.println("    curl -N " + url + "/v1/chat/completions \\");
              out.println("      -H 'Authorization: Bearer " + key + "' \\");
              out.println("      -H 'Content-Type: application/json' \\");
              out.println(
                  "      -d '{\"model\":\""
                      + DemoModel.MODEL
                      + "\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Hello!\"}]}'");
            });
    gateway
        .firstStartSecrets()
        .setupToken()
        .ifPresent(
            token -> {
              out.println();
              out.println("  Create the first administrator (this link works once) / 创建管理员:");
              out.println("    " + url + "/setup#" + token);
            });
    out.println();
    settings
        .plugin()
        .service()
        .ifPresent(
            service ->
                out.println("  The pool is at a Plug-in service / 账号池在外部服务: " + service.base()));
    out.println("  Data / 数据: " + settings.home() + "   Log / 日志: " + log.toAbsolutePath());
    out.println("  Ctrl-C stops it / 按 Ctrl-C 停止");
    out.println();
    out.flush();
  }

  /** The host in a URL that this machine can open. */
  static String host(String listening) {
    return switch (listening) {
      case "0.0.0.0" -> "127.0.0.1";
      case "::" -> "[::1]";
      default ->
          listening.contains(":") && !listening.startsWith("[") ? "[" + listening + "]" : listening;
    };
  }
}
