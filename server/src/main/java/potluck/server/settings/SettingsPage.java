package potluck.server.settings;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** The documents' page of all settings, in English or Chinese, made of {@link Setting}. */
public final class SettingsPage {
  private static final String EN =
      """
      # Settings

      [简体中文](settings.zh-CN.md) · [all documents](index.md)

      Each comes from the environment, or from a file `.env` in the folder where Potluck is started; the environment goes before
      the file. All have a default that works. What is empty counts as not given. A wrong value, or a name that begins with
      `POTLUCK_` and is none of these, keeps Potluck from starting, and it says all that is wrong at once. Files are looked for from
      the folder of the start. A change needs a restart; only the keys in `data/secrets` are read again while it runs.

          ./potluck settings             the same as a file to copy to .env
          ./potluck settings --markdown  this page

      This page is made of the code, and a test holds it to it.
      """;

  private static final String ZH =
      """
      # 设置

      [English](settings.md) · [全部文档](index.zh-CN.md)

      设置来自环境变量，或启动目录下的 `.env` 文件；环境变量优先。所有设置都有可用的默认值，留空等于未设置。值有误，或出现以 `POTLUCK_` 开头
      却不在此列的名称时，Potluck 不启动，并一次列出所有错误。文件路径相对于启动目录。修改后需要重启；只有 `data/secrets` 中的密钥会在运行中重新读取。

          ./potluck settings             输出同样内容，可存为 .env
          ./potluck settings --markdown  输出英文版的本页

      本页由代码生成，并由测试核对。
      """;

  /** Where a chapter begins; a setting belongs to the last one above it. */
  private static final Map<Setting, Chapter> CHAPTERS = new EnumMap<>(Setting.class);

  static {
    CHAPTERS.put(Setting.HOST, new Chapter("The house", "本站"));
    CHAPTERS.put(Setting.DATABASE_URL, new Chapter("Database and tokens", "数据库与令牌"));
    CHAPTERS.put(Setting.CHECK_USERNAME, new Chapter("Who may come in", "谁可以进入"));
    CHAPTERS.put(Setting.CC_WHOLE, new Chapter("Streams", "流"));
    CHAPTERS.put(Setting.QUOTA, new Chapter("Quota", "配额"));
    CHAPTERS.put(Setting.POOL_MOST_WAITING, new Chapter("The pool", "账号池"));
    CHAPTERS.put(Setting.MODEL_GROUPS, new Chapter("Usage and prices", "用量与价目"));
    CHAPTERS.put(
        Setting.PLUGIN_API_ENCRYPTION_KEY,
        new Chapter("Credentials and the Plug-in API", "凭据与 Plug-in API"));
    CHAPTERS.put(Setting.ADMIN_USERNAME, new Chapter("The first administrator", "第一位管理员"));
    CHAPTERS.put(Setting.UPSTREAM_ALLOWED_HOSTS, new Chapter("Providers", "供应商"));
    CHAPTERS.put(Setting.METRICS_HOST, new Chapter("Watching", "监控"));
    CHAPTERS.put(Setting.SHUTDOWN_ACCEPT_SECONDS, new Chapter("Stopping and bounds", "停止与上限"));
    CHAPTERS.put(
        Setting.REDIS_URL, new Chapter("Redis, and names without effect", "Redis 与无作用的名称"));
    CHAPTERS.put(
        Setting.ALLOW_NEW_ACCOUNT_CREATION, new Chapter("Logins by other houses", "第三方登录"));
  }

  private SettingsPage() {}

  private record Chapter(String en, String zh) {
    String in(boolean chinese) {
      return chinese ? zh : en;
    }
  }

  /**
   * The whole page.
   *
   * @param language {@code zh} for Chinese, else English
   */
  public static String in(Locale language) {
    boolean chinese = language.getLanguage().equals("zh");
    StringBuilder page = new StringBuilder(chinese ? ZH : EN);
    for (Setting setting : Setting.values()) {
      if (CHAPTERS.containsKey(setting)) {
        page.append("\n## ").append(CHAPTERS.get(setting).in(chinese)).append("\n\n");
        page.append(chinese ? "| 设置 | 默认值 | 含义 |\n" : "| setting | default | |\n");
        page.append("|---|---|---|\n");
      }
      page.append("| `").append(setting).append("` | ").append(standard(setting)).append(" | ");
      page.append(chinese ? setting.zh() + bounds(setting.kind()) : setting.en()).append(" |\n");
    }
    return page.toString();
  }

  private static String standard(Setting setting) {
    return setting.standard().isEmpty() ? "" : "`" + setting.standard() + "`";
  }

  private static String bounds(Kind kind) {
    return switch (kind) {
      case Kind.Whole number -> "（" + number.least() + " 到 " + number.most() + "）";
      case Kind.Choice choice -> "（" + String.join("、", choice.words()) + "）";
      case Kind.Hidden hidden when hidden.shortest() > 1 -> "（至少 " + hidden.shortest() + " 字节）";
      default -> "";
    };
  }
}
