package potluck.server.settings;

import java.util.Arrays;
import java.util.Optional;

/**
 * Every setting, declared once: {@code .env.example}, the documents and the parsing come from here.
 * The names without a prefix are the origin's.
 */
public enum Setting {
  HOST("127.0.0.1", "address to listen on; 0.0.0.0 for all", "监听地址；0.0.0.0 表示全部"),
  PORT("8008", "port to listen on; 0 takes a free one", "监听端口；0 表示任意空闲端口"),
  POTLUCK_HOME("data", "folder of the database, the journal and the secrets", "数据库、日志账本和密钥所在的文件夹"),
  APP_ENV(
      "development",
      "development or production (no demo model, no API pages)",
      "development 或 production（无演示模型和 API 页面）"),
  LOG_LEVEL("INFO", "DEBUG, INFO, WARNING or ERROR", "DEBUG、INFO、WARNING 或 ERROR"),
  POTLUCK_LOG_FORMAT("text", "text or json", "text 或 json"),
  DATABASE_URL(
      "",
      "postgresql://user:password@host:5432/name; empty starts our own PostgreSQL",
      "外部 PostgreSQL 地址；留空则启动自带的 PostgreSQL"),
  JWT_SECRET_KEY(
      "", "at least 32 bytes; made once and kept where empty", "至少 32 字节；留空则自动生成并保存", true),
  JWT_ALGORITHM("HS256", "HS256 and nothing else", "只支持 HS256"),
  JWT_EXPIRE_HOURS("24", "life of an access token, hours, 1 to 8760", "访问令牌有效期（小时）"),
  REFRESH_TOKEN_EXPIRE_DAYS("7", "life of a login, days, 1 to 3650", "登录有效期（天）"),
  PLUGIN_API_ENCRYPTION_KEY(
      "",
      "Fernet keys that seal credentials, comma list, newest first; made once and kept where empty",
      "加密凭据的 Fernet 密钥，逗号分隔，新的在前；留空则自动生成并保存",
      true),
  ADMIN_USERNAME("", "the administrator, set at each start", "管理员用户名，每次启动时设置"),
  ADMIN_PASSWORD("", "the administrator's password, 8 characters or more", "管理员密码，至少 8 个字符", true),
  UPSTREAM_ALLOWED_HOSTS(
      "",
      "private hosts that accounts may point at, comma list of host or host:port",
      "账号可以指向的内网主机，逗号分隔的 host 或 host:port"),
  UPSTREAM_PROXY("", "HTTP proxy for calls to providers, http://host:port", "访问供应商的 HTTP 代理"),
  UPSTREAM_CONNECT_TIMEOUT("10", "seconds to reach a provider", "连接供应商的秒数"),
  UPSTREAM_FIRST_BYTE_TIMEOUT("300", "seconds until a provider begins to answer", "供应商开始回答的秒数"),
  UPSTREAM_IDLE_TIMEOUT("300", "seconds of silence within an answer", "回答中途静默的秒数"),
  UPSTREAM_TOTAL_TIMEOUT("3600", "seconds for a whole answer", "完整回答的秒数"),
  SHUTDOWN_ACCEPT_SECONDS(
      "0", "seconds that a stopping program still accepts work, already not ready", "停止时继续接受请求的秒数"),
  SHUTDOWN_DRAIN_SECONDS(
      "30", "seconds that running answers have to end when the program stops", "停止时等待进行中回答的秒数"),
  POTLUCK_MAX_BODY_BYTES("33554432", "bytes of a request's body", "请求体的最大字节数"),
  POTLUCK_MAX_HEADER_BYTES("65536", "bytes of a request's head", "请求头的最大字节数"),
  POTLUCK_DEMO("true", "whether the demo model is there (never in production)", "是否提供演示模型（生产环境没有）"),
  POTLUCK_JAVA_OPTS("", "more options for Java, such as -Xmx2g", "额外的 Java 选项，例如 -Xmx2g");

  private final String standard;
  private final String en;
  private final String zh;
  private final boolean secret;

  Setting(String standard, String en, String zh) {
    this(standard, en, zh, false);
  }

  Setting(String standard, String en, String zh, boolean secret) {
    this.standard = standard;
    this.en = en;
    this.zh = zh;
    this.secret = secret;
  }

  /** What holds where nothing is set. */
  public String standard() {
    return standard;
  }

  public String en() {
    return en;
  }

  public String zh() {
    return zh;
  }

  /** Whether its value must never be shown. */
  public boolean secret() {
    return secret;
  }

  public static Optional<Setting> find(String name) {
    return Arrays.stream(values()).filter(setting -> setting.name().equals(name)).findFirst();
  }

  /** The text of {@code .env.example}. */
  public static String example() {
    StringBuilder text =
        new StringBuilder(
            """
            # Copy to .env and change what you need; everything has a default that works.
            # 复制为 .env 并按需修改；所有设置都有可用的默认值。
            """);
    for (Setting setting : values()) {
      text.append("\n# ")
          .append(setting.en)
          .append("\n# ")
          .append(setting.zh)
          .append("\n#")
          .append(setting.name())
          .append('=')
          .append(setting.standard)
          .append('\n');
    }
    return text.toString();
  }
}
