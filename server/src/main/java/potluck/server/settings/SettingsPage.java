package potluck.server.settings;

import java.util.Locale;

/** The settings page of the documents in English or Chinese, made from {@link Setting}. */
public final class SettingsPage {
  private static final String EN =
      """
      # Settings

      [简体中文](settings.zh-CN.md) · [all documents](../index.md)

      A setting comes from the environment or from a file `.env`; the environment takes precedence. `.env` is in the folder that
      `POTLUCK_HOME` names in the environment, or else in the folder in which Potluck is started. Every setting has a working default,
      and an empty value counts as not set. If a value is wrong, Potluck does not start and reports all problems at once. The same
      holds for an unknown name in `.env` that resembles a setting, and for any unknown name that begins with `POTLUCK_`; another
      unknown name in `.env` is a warning. File names are relative to the folder of the start. A change needs a restart; only the
      keys in `data/secrets` are reloaded while Potluck runs. The first section has the settings that a new installation needs; the
      last one has settings that hardly anybody needs to change.

          ./potluck settings             the same as a file to copy to .env
          ./potluck settings --markdown  this page

      This page is generated from the code, and a test keeps it current.
      """;

  private static final String ZH =
      """
      # 设置

      [English](settings.md) · [全部文档](../index.zh-CN.md)

      设置来自环境变量或 `.env` 文件；环境变量优先。`.env` 位于环境变量 `POTLUCK_HOME` 指定的文件夹，否则位于启动目录。所有设置都有可用的默认值，
      留空等于未设置。值有误时，Potluck 不启动，并一次列出所有错误。`.env` 中与某个设置相似的未知名称，以及任何以 `POTLUCK_` 开头的未知名称，
      同样视为错误；`.env` 中的其他未知名称只给出警告。文件路径相对于启动目录。修改后需要重启；只有 `data/secrets` 中的密钥会在运行中重新读取。
      第一节是新安装需要的设置，最后一节是几乎不需要更改的设置。

          ./potluck settings             输出同样内容，可存为 .env
          ./potluck settings --markdown  输出英文版的本页

      本页由代码生成，并由测试核对。
      """;

  private SettingsPage() {}

  /**
   * The complete page.
   *
   * @param language {@code zh} for Chinese, otherwise English
   */
  public static String markdown(Locale language) {
    boolean chinese = language.getLanguage().equals("zh");
    StringBuilder page = new StringBuilder(chinese ? ZH : EN);
    for (Setting setting : Setting.values()) {
      if (setting.startsSection()) {
        Setting.Section section = setting.section();
        page.append("\n## ").append(chinese ? section.zh() : section.en()).append("\n\n");
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
