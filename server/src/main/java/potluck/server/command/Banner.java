package potluck.server.command;

import java.io.PrintStream;
import potluck.gateway.demo.DemoModel;
import potluck.server.bootstrap.PotluckServer;
import potluck.server.settings.Settings;

/** What a start prints once the server listens. */
final class Banner {
  private Banner() {}

  static void print(PrintStream out, Settings settings, PotluckServer server) {
    String url = settings.publicUrl(server.port());
    out.println();
    out.println("  " + CommandText.of("Potluck is running: ", "Potluck 已启动：") + url);
    server
        .firstStartSecrets()
        .demoKey()
        .ifPresent(
            key -> {
              out.println();
              out.println(
                  "  "
                      + CommandText.of(
                          "Try it (demo model, only on this machine, for one day):",
                          "试一试（演示模型，仅限本机，有效期一天）："));
              out.println();
              out.println("    curl -N " + url + "/v1/chat/completions \\");
              out.println("      -H 'Authorization: Bearer " + key + "' \\");
              out.println("      -H 'Content-Type: application/json' \\");
              out.println(
                  "      -d '{\"model\":\""
                      + DemoModel.MODEL
                      + "\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Hello!\"}]}'");
            });
    server
        .firstStartSecrets()
        .setupToken()
        .ifPresent(
            token -> {
              out.println();
              out.println(
                  "  "
                      + CommandText.of(
                          "Create the first administrator (this link works once):",
                          "创建第一位管理员（此链接只能使用一次）："));
              out.println("    " + url + "/setup#" + token);
            });
    out.println();
    settings
        .plugin()
        .service()
        .ifPresent(
            service ->
                out.println(
                    "  "
                        + CommandText.of("The pool is at a Plug-in service: ", "账号池在外部服务：")
                        + service.base()));
    out.println(
        "  "
            + CommandText.of("Data: ", "数据：")
            + settings.home()
            + CommandText.of("   Log: ", "   日志：")
            + settings.logFile().toAbsolutePath());
    out.println("  " + CommandText.of("Ctrl-C stops it", "按 Ctrl-C 停止"));
    out.println();
    out.flush();
  }
}
