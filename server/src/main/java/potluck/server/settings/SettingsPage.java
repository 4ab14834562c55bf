package potluck.server.settings;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The settings page of the documents in English or Chinese, made from {@link Setting}. */
public final class SettingsPage {
  private static final String EN =
      """
      # Settings

      [简体中文](settings.zh-CN.md) · [all documents](../index.md)

      A setting comes from the environment or from a file `.env` in the folder in which Potluck is started; the environment takes
      precedence. Every setting has a working default, and an empty value counts as not set. If a value is wrong, or if an unknown
      name begins with `POTLUCK_`, Potluck does not start and reports all problems at once. File names are relative to the folder of
      the start. A change needs a restart; only the keys in `data/secrets` are reloaded while Potluck runs.

          ./potluck settings             the same as a file to copy to .env
          ./potluck settings --markdown  this page

      This page is generated from the code, and a test keeps it current.
      """;

  private static final String ZH =
      """
      # 设置

      [English](settings.md) · [全部文档](../index.zh-CN.md)

      设置来自环境变量或启动目录下的 `.env` 文件；环境变量优先。所有设置都有可用的默认值，留空等于未设置。值有误，或出现以 `POTLUCK_` 开头
      却不在此列的名称时，Potluck 不启动，并一次列出所有错误。文件路径相对于启动目录。修改后需要重启；只有 `data/secrets` 中的密钥会在运行中重新读取。

          ./potluck settings             输出同样内容，可存为 .env
          ./potluck settings --markdown  输出英文版的本页

      本页由代码生成，并由测试核对。
      """;

  /** Where a section starts; a setting belongs to the last section above it. */
  private static final Map<Setting, Section> SECTIONS = new EnumMap<>(Setting.class);

  static {
    SECTIONS.put(Setting.HOST, new Section("Server", "服务器"));
    SECTIONS.put(Setting.DATABASE_URL, new Section("Database and tokens", "数据库与令牌"));
    SECTIONS.put(Setting.CHECK_USERNAME, new Section("Access", "访问"));
    SECTIONS.put(Setting.CC_WHOLE, new Section("Streams", "流"));
    SECTIONS.put(Setting.QUOTA, new Section("Quota", "配额"));
    SECTIONS.put(Setting.POOL_MOST_WAITING, new Section("Pool", "账号池"));
    SECTIONS.put(Setting.MODEL_GROUPS, new Section("Usage and prices", "用量与价目"));
    SECTIONS.put(
        Setting.PLUGIN_API_ENCRYPTION_KEY,
        new Section("Credentials and the Plug-in API", "凭据与 Plug-in API"));
    SECTIONS.put(Setting.ADMIN_USERNAME, new Section("First administrator", "第一位管理员"));
    SECTIONS.put(Setting.UPSTREAM_ALLOWED_HOSTS, new Section("Providers", "供应商"));
    SECTIONS.put(Setting.METRICS_HOST, new Section("Monitoring", "监控"));
    SECTIONS.put(Setting.SHUTDOWN_ACCEPT_SECONDS, new Section("Shutdown and limits", "停止与上限"));
    SECTIONS.put(
        Setting.REDIS_URL, new Section("Redis, and settings without effect", "Redis 与无作用的设置"));
    SECTIONS.put(Setting.ALLOW_NEW_ACCOUNT_CREATION, new Section("External logins", "第三方登录"));
  }

  private SettingsPage() {}

  /** The section that starts with this setting; empty if none does. */
  static Optional<Section> section(Setting setting) {
    return Optional.ofNullable(SECTIONS.get(setting));
  }

  /** A section of settings. */
  record Section(String en, String zh) {
    String both() {
      return en + " / " + zh;
    }

    String in(boolean chinese) {
      return chinese ? zh : en;
    }
  }

  /**
   * The complete page.
   *
   * @param language {@code zh} for Chinese, otherwise English
   */
  public static String markdown(Locale language) {
    boolean chinese = language.getLanguage().equals("zh");
    StringBuilder page = new StringBuilder(chinese ? ZH : EN);
    for (Setting setting : Setting.values()) {
      if (SECTIONS.containsKey(setting)) {
        page.append("\n## ").append(SECTIONS.get(setting).in(chinese)).append("\n\n");
        page.append(chinese ? "| 设置 | 默认值 | 含义 |\n" : "| setting | default | meaning |\n");
        page.append("|---|---|---|\n");
      }
      page.append("| `").append(setting).append("` | ").append(defaultValue(setting)).append(" | ");
      page.append(chinese ? setting.zh() : setting.en()).append(" |\n");
    }
    return page.toString();
  }

  private static String defaultValue(Setting setting) {
    return setting.defaultValue().isEmpty() ? "" : "`" + setting.defaultValue() + "`";
  }
}
