package potluck.server.settings;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Every setting. {@code .env.example}, the documents, the parser and the error messages are made
 * from this list. Names without a prefix are AntiHub's.
 */
public enum Setting {
  HOST(text("127.0.0.1"), "address to listen on; 0.0.0.0 for all", "监听地址；0.0.0.0 表示全部"),
  PORT(number(8008, 0, 65535, ""), "port to listen on; 0 takes a free one", "监听端口；0 表示任意空闲端口"),
  POTLUCK_HOME(
      text("data"), "folder of the database, the journal and the secrets", "数据库、日志账本和密钥所在的文件夹"),
  APP_ENV(
      choice("development", "production"),
      "production has no demo model and no API pages",
      "production 无演示模型和 API 页面"),
  LOG_LEVEL(
      choice("INFO", "DEBUG", "WARNING", "WARN", "ERROR", "CRITICAL"), "what is logged", "日志级别"),
  DEBUG_LOG(
      choice("false", "true"), "true is the same as LOG_LEVEL=DEBUG", "true 等同于 LOG_LEVEL=DEBUG"),
  POTLUCK_LOG_FORMAT(choice("text", "json"), "how a line of the log looks", "日志格式"),
  DATABASE_URL(
      text(""),
      "postgresql://user:password@host:5432/name; empty starts our own PostgreSQL",
      "外部 PostgreSQL 地址；留空则启动自带的 PostgreSQL"),
  DATABASE_SECONDS(
      seconds(10, 1),
      "that the database may be silent while somebody waits; then the answer is 503",
      "有人等待时数据库可以无响应的秒数；超过则返回 503"),
  JWT_SECRET_KEY(
      hidden(32),
      "sign access tokens, comma list, newest first, the oldest must stay; made once and kept where empty",
      "签发访问令牌的密钥，逗号分隔，新的在前，最旧的不可移除；留空则自动生成并保存"),
  JWT_ALGORITHM(choice("HS256"), "nothing else is spoken", "只支持 HS256"),
  JWT_EXPIRE_HOURS(number(24, 1, 8760, "hours"), "life of an access token", "访问令牌有效期（小时）"),
  REFRESH_TOKEN_EXPIRE_DAYS(number(7, 1, 3650, "days"), "life of a login", "登录有效期（天）"),
  REFRESH_GRACE_SECONDS(
      number(60, 0, 3600, "seconds"),
      "after a refresh in which a repetition gets the same tokens again",
      "刷新后重复使用同一令牌仍返回相同结果的秒数"),
  REFRESH_REUSE(
      choice("device", "family"),
      "family ends the login at any later reuse of a refresh token; device only from elsewhere",
      "family：刷新令牌被重用即结束登录；device：仅当来自其他设备或网络"),
  CHECK_USERNAME(
      choice("true", "false"), "whether anybody may ask if a user name is taken", "是否允许查询用户名是否存在"),
  REGISTRATION(
      choice("invite", "open", "closed"),
      "who may become a user by themselves: whoever has an invitation, anybody, or nobody",
      "注册方式：凭邀请码、开放或关闭"),
  API_KEYS_PER_USER(number(1000, 1, 100_000, "keys"), "that a user may have at most", "每个用户最多的密钥数"),
  ACCOUNTS_PER_USER(
      number(1000, 1, 100_000, "accounts"), "that a user may bring at most", "每个用户最多的账号数"),
  TRUSTED_PROXIES(
      text(""),
      "networks of proxies whose X-Forwarded-For counts, such as 10.0.0.0/8, comma list",
      "可信代理的网段（逗号分隔），仅采信其 X-Forwarded-For"),
  CORS_ORIGINS(
      text(""),
      "origins of web pages that may call the API, exact, comma list, such as https://app.example.org",
      "允许跨域访问的网页来源（精确匹配，逗号分隔）"),
  CC_WHOLE(
      choice("false", "true"),
      "whether /cc holds a stream back until its usage is known",
      "是否让 /cc 在得知用量之前缓冲整个流"),
  STREAM_PULSE_SECONDS(
      seconds(10, 1), "of silence before a stream gets a sign of life", "流静默多少秒后发送保活信号"),
  QUOTA(
      choice("enforced", "recorded"),
      "whether a spent quota refuses shared accounts, or is only counted",
      "配额用尽时是否拒绝使用共享账号，或仅记录"),
  QUOTA_UNIT(
      choice("share", "usd", "tokens"),
      "what 1.0000 of a quota is: one account's whole quota, a US dollar, or a token",
      "配额 1.0000 的含义：一个账号的全部配额、一美元或一个 token"),
  QUOTA_ACCOUNT_USD(
      number(100, 1, 1_000_000, "USD"),
      "what the whole quota of one account is worth, by the price list",
      "一个账号全部配额按价目表折合的美元数"),
  QUOTA_BASE_PERCENT(
      number(100, 0, 1_000_000, "percent of an account"),
      "what everybody may draw without sharing anything",
      "未共享账号的用户可用的额度（账号的百分比）"),
  QUOTA_BASE_HOURLY_PERCENT(
      number(5, 0, 1_000_000, "percent of an account"),
      "what of it grows back in an hour",
      "基础额度每小时恢复量（账号的百分比）"),
  QUOTA_HOURLY_PERCENT(
      number(40, 0, 1_000_000, "percent of an account"),
      "what grows back in an hour for each shared account",
      "每共享一个账号每小时恢复量（账号的百分比）"),
  QUOTA_WAIT_SECONDS(
      seconds(10, 0),
      "that a request waits for others to settle where little is left",
      "额度所剩无几时等待其他请求结算的秒数"),
  POOL_MOST_WAITING(
      number(1000, 0, 1_000_000, "requests"),
      "that may wait for a busy account at once",
      "等待繁忙账号的最大请求数"),
  POOL_WAIT_SECONDS(seconds(30, 0), "that a request waits for a busy account", "请求等待繁忙账号的秒数"),
  POOL_ATTEMPTS(
      number(3, 1, 20, "accounts"),
      "that one request may try before its first byte",
      "单个请求在首字节之前最多尝试的账号数"),
  POOL_RETRY_PERCENT(
      number(20, 0, 100, "percent"),
      "of the requests of the last ten seconds that may be tried at another account; 100 always may",
      "最近十秒内可改用其他账号重试的请求比例；另有 100 次总是允许"),
  POOL_REST_SECONDS(
      seconds(900, 1), "that an account rests at most, however often it failed", "账号失败后休息的最长秒数"),
  POOL_AFFINITY_SECONDS(
      seconds(300, 0),
      "that a conversation prefers the account that holds its prompt cache",
      "会话优先使用持有其提示缓存的账号的秒数"),
  POOL_AFFINITY_CONVERSATIONS(
      number(100_000, 1, 10_000_000, "conversations"), "that are remembered for it", "为此记住的会话数"),
  MODEL_GROUPS(
      text(""),
      "models that share a quota, such as claude=claude*,opus*;gemini=gemini*; as the origin where empty",
      "共用配额的模型分组，例如 claude=claude*,opus*；留空则同原系统"),
  USAGE_RETENTION_DAYS(
      number(0, 0, 36_500, "days"), "that rows of usage are kept; 0 for ever", "用量记录保留天数；0 表示永久"),
  USAGE_LOG_BODIES(
      choice("false", "true"),
      "true keeps what people ask, sealed and without secrets; tell them",
      "true 会加密保存用户的请求内容（去除密钥）；请告知用户"),
  USAGE_LOG_BODY_DAYS(number(7, 1, 90, "days"), "that it is kept", "请求内容保留天数"),
  PRICES_FILE(
      text(""),
      "prices of your own, in YAML; they go before those that are built in",
      "自定义价目表（YAML），优先于内置价目"),
  PLUGIN_API_ENCRYPTION_KEY(
      hidden(1),
      "Fernet keys that seal credentials, comma list, newest first; made once and kept where empty",
      "加密凭据的 Fernet 密钥，逗号分隔，新的在前；留空则自动生成并保存"),
  PLUGIN_API_BASE_URL(
      text(""),
      "address of a Plug-in API service that is to be the pool; empty for the pool that is built in",
      "作为账号池的 Plug-in API 服务地址；留空则使用内置账号池"),
  PLUGIN_API_ADMIN_KEY(
      hidden(1), "its admin key: users get a user there with it", "该服务的管理密钥，用于为用户创建 Plug-in 账号"),
  PLUGIN_SERVICE_ADMIN_KEY(
      hidden(32),
      "lets older backends use this pool as their Plug-in API service; it is not one where empty",
      "允许旧后端把本账号池用作其 Plug-in API 服务的管理密钥；留空则不提供"),
  ADMIN_USERNAME(text(""), "the administrator, set at each start", "管理员用户名，每次启动时设置"),
  ADMIN_PASSWORD(hidden(8), "the administrator's password", "管理员密码"),
  UPSTREAM_ALLOWED_HOSTS(
      text(""),
      "private hosts that accounts may point at, comma list of host or host:port",
      "账号可以指向的内网主机，逗号分隔的 host 或 host:port"),
  PROVIDERS_FILE(
      text(""),
      "providers of your own, in YAML as providers.yaml; they go before those that are built in",
      "自定义供应商（YAML，格式同 providers.yaml），优先于内置供应商"),
  PLUGIN_OAUTH_REDIRECT_URL(
      text("http://127.0.0.1:8008/api/plugin-api/oauth/callback"),
      "where providers send people back to who have consented to an account",
      "账号 OAuth 授权后供应商的回调地址"),
  UPSTREAM_PROXY(text(""), "HTTP proxy for calls to providers, http://host:port", "访问供应商的 HTTP 代理"),
  UPSTREAM_CONNECT_TIMEOUT(seconds(10, 1), "to reach a provider", "连接供应商的秒数"),
  UPSTREAM_FIRST_BYTE_TIMEOUT(seconds(300, 1), "until a provider begins to answer", "供应商开始回答的秒数"),
  UPSTREAM_IDLE_TIMEOUT(seconds(300, 1), "of silence within an answer", "回答中途静默的秒数"),
  UPSTREAM_TOTAL_TIMEOUT(seconds(3600, 1), "for a whole answer", "完整回答的秒数"),
  METRICS_HOST(text("127.0.0.1"), "where figures for Prometheus are shown", "Prometheus 指标监听地址"),
  METRICS_PORT(
      number(9464, 0, 65_535, "port"),
      "of http://METRICS_HOST:METRICS_PORT/metrics; 0 shows none",
      "Prometheus 指标端口；0 表示不提供"),
  OTEL_EXPORTER_OTLP_ENDPOINT(
      text(""),
      "where traces and metrics go by OTLP over HTTP, such as http://collector:4318; empty for nowhere",
      "以 OTLP/HTTP 发送链路追踪和指标的地址，例如 http://collector:4318；留空则不发送"),
  OTEL_EXPORTER_OTLP_HEADERS(
      hidden(1),
      "headers sent there, such as authorization=Bearer%20secret, comma list",
      "发送时附带的请求头，例如 authorization=Bearer%20secret（逗号分隔）"),
  OTEL_SERVICE_NAME(text("potluck"), "what the house is called there", "在其中显示的服务名"),
  OTEL_TRACES_SAMPLER_ARG(
      text("1"),
      "part of the traces that begin here, 0 to 1; callers' own traces are as they say",
      "在此开始的追踪的采样比例（0 到 1）；调用者自己的追踪按其标记"),
  SHUTDOWN_ACCEPT_SECONDS(
      seconds(0, 0),
      "that a stopping program still accepts work, already not ready",
      "停止时继续接受请求的秒数"),
  SHUTDOWN_DRAIN_SECONDS(
      seconds(30, 0), "that running answers have to end when the program stops", "停止时等待进行中回答的秒数"),
  POTLUCK_MAX_BODY_BYTES(
      number(33_554_432, 1024, 1 << 30, "bytes"), "a request's body", "请求体的最大字节数"),
  POTLUCK_MAX_PUBLIC_BODY_BYTES(
      number(65_536, 1024, 1 << 20, "bytes"),
      "a request's body where anybody may call, such as at a login",
      "无需登录的接口（如登录）的请求体最大字节数"),
  POTLUCK_MAX_BODIES_PERCENT(
      number(40, 1, 90, "percent"),
      "of Java's memory that all bodies may take at once; more are told to come again",
      "所有请求体同时占用 Java 内存的最大百分比；超出者会被要求稍后重试"),
  POTLUCK_MAX_JSON_DEPTH(
      number(128, 8, 128, "levels"), "of a request to a model", "模型请求的 JSON 最大嵌套层数"),
  POTLUCK_MAX_ANSWER_BYTES(
      number(67_108_864, 65_536, 67_108_864, "bytes"),
      "of a provider's answer that is no stream",
      "供应商非流式回答的最大字节数"),
  POTLUCK_MAX_HEADER_BYTES(number(65_536, 4096, 1 << 20, "bytes"), "a request's head", "请求头的最大字节数"),
  POTLUCK_MAX_HEADERS(number(200, 20, 10_000, "headers"), "of a request", "请求头的最大行数"),
  POTLUCK_MAX_URI_BYTES(
      number(8192, 512, 65_536, "bytes"), "the first line of a request", "请求首行（含 URI）的最大字节数"),
  POTLUCK_MAX_CONNECTIONS(
      number(16_000, 16, 1_000_000, "connections"),
      "of callers at once; fewer where the system grants fewer open files",
      "同时的客户端连接数上限；系统允许的打开文件数较少时会更低"),
  POTLUCK_MAX_CONNECTIONS_PER_ADDRESS(
      number(1000, 1, 1_000_000, "connections"),
      "of one address (IPv6: one /64) at once; TRUSTED_PROXIES and 127.0.0.1 are not held to it",
      "同一地址（IPv6 为同一 /64）同时的连接数上限；TRUSTED_PROXIES 和 127.0.0.1 不受限"),
  POTLUCK_HEAD_SECONDS(seconds(10, 1), "for the head of a request to arrive", "接收完整请求头的秒数"),
  POTLUCK_STALL_SECONDS(
      seconds(30, 1),
      "without progress of a body that comes or an answer that goes",
      "请求体接收或回答发送停滞的秒数"),
  POTLUCK_STALL_BYTES(
      number(30_720, 1, 1 << 30, "bytes"),
      "that a body must bring in that time",
      "请求体在上述时间内至少应到达的字节数"),
  POTLUCK_KEEP_ALIVE_SECONDS(
      seconds(300, 1), "that a connection may rest between requests", "两次请求之间连接可空闲的秒数"),
  LOGIN_FREE_FAILURES(
      number(5, 1, 100, "failures"),
      "at one name before each next one doubles the wait",
      "同一用户名在等待时间开始翻倍之前允许的失败次数"),
  LOGIN_LONGEST_WAIT_SECONDS(seconds(900, 1), "after failures at one name", "同一用户名失败后的最长等待秒数"),
  LOGIN_FAILURES_PER_ADDRESS(
      number(20, 1, 1_000_000, "failures a minute"),
      "from one address (IPv6: one /64) before it is held up",
      "同一地址（IPv6 为同一 /64）每分钟允许的登录失败次数"),
  LOGIN_MOST_WAITING(
      number(6, 1, 10_000, "logins"),
      "that may wait for their password to be checked; devices that are known may beyond that",
      "等待校验密码的登录请求数上限；已知设备不受此限"),
  POTLUCK_DEMO(
      choice("true", "false"),
      "whether the demo model is there (never in production)",
      "是否提供演示模型（生产环境没有）"),
  POTLUCK_JAVA_OPTS(text(""), "more options for Java, such as -Xmx2g", "额外的 Java 选项，例如 -Xmx2g"),

  // All of AntiHub's names are here, so that an AntiHub .env can be used.
  REDIS_URL(
      text(""),
      "Redis or Valkey for several nodes, such as redis://:password@host:6379/0; one node needs none",
      "多节点时使用的 Redis 或 Valkey，例如 redis://:密码@主机:6379/0；单节点不需要"),
  REFRESH_TOKEN_SECRET_KEY(
      hidden(1), "no effect: refresh tokens are random, not signed", "无作用：刷新令牌是随机数，不需签名"),
  USAGE_LOG_REDACT_HEADERS(
      text(""), "no effect: secrets in headers are never kept", "无作用：请求头中的密钥从不保存"),
  ALLOW_NEW_ACCOUNT_CREATION(
      choice("true", "false"),
      "whether somebody who logs in by another house for the first time becomes a user",
      "首次通过第三方登录时是否自动创建用户"),
  LOGIN_REDIRECT_URL(
      text("http://127.0.0.1:8008/auth/callback"),
      "where other houses send people back to: the page that posts code and state",
      "第三方登录后的回调页面地址"),
  GITHUB_URL(
      text("https://github.com"),
      "where it is; another for GitHub Enterprise",
      "GitHub 的地址；GitHub Enterprise 请修改"),
  GITHUB_CLIENT_ID(text(""), "of an OAuth app at GitHub", "GitHub OAuth 应用的 client id"),
  GITHUB_CLIENT_SECRET(hidden(1), "its secret", "GitHub OAuth 应用的密钥"),
  LINUXDO_URL(text("https://connect.linux.do"), "where it is", "Linux.do 登录服务的地址"),
  LINUXDO_CLIENT_ID(text(""), "of an application at connect.linux.do", "Linux.do 应用的 client id"),
  LINUXDO_CLIENT_SECRET(hidden(1), "its secret", "Linux.do 应用的密钥"),
  POCKETID_ISSUER(text(""), "address of a Pocket ID", "Pocket ID 的地址"),
  POCKETID_CLIENT_ID(text(""), "of a client there", "Pocket ID 的 client id"),
  POCKETID_CLIENT_SECRET(hidden(1), "its secret", "Pocket ID 的密钥"),
  OIDC_PROVIDERS(
      text(""),
      "names of more OpenID Connect houses, comma list; each with OIDC_NAME_ISSUER, OIDC_NAME_CLIENT_ID, OIDC_NAME_CLIENT_SECRET",
      "其他 OIDC 提供方名称（逗号分隔），各配 OIDC_名称_ISSUER、_CLIENT_ID、_CLIENT_SECRET");

  private final SettingType type;
  private final String en;
  private final String zh;

  Setting(SettingType kind, String en, String zh) {
    this.type = kind;
    this.en = en;
    this.zh = zh;
  }

  public SettingType type() {
    return type;
  }

  /** The value if it is not set. */
  public String defaultValue() {
    return type.defaultValue();
  }

  public String en() {
    return type.bounds().isEmpty() ? en : en + " (" + type.bounds() + ")";
  }

  public String zh() {
    return zh;
  }

  /** Whether the value must never be shown. */
  public boolean isSecret() {
    return type instanceof SettingType.SecretText;
  }

  public static Optional<Setting> find(String name) {
    return Arrays.stream(values()).filter(setting -> setting.name().equals(name)).findFirst();
  }

  /** The content of {@code .env.example}. */
  public static String example() {
    StringBuilder text =
        new StringBuilder(
            """
            # Copy to .env and change what you need; everything has a default that works.
            # 复制为 .env 并按需修改；所有设置都有可用的默认值。
            """);
    for (Setting setting : values()) {
      text.append("\n# ")
          .append(setting.en())
          .append("\n# ")
          .append(setting.zh)
          .append("\n#")
          .append(setting.name())
          .append('=')
          .append(setting.defaultValue())
          .append('\n');
    }
    return text.toString();
  }

  private static SettingType text(String standard) {
    return new SettingType.Text(standard);
  }

  private static SettingType number(long usual, long least, long most, String unit) {
    return new SettingType.WholeNumber(usual, least, most, unit);
  }

  private static SettingType seconds(long usual, long least) {
    return number(usual, least, 1_000_000, "seconds");
  }

  private static SettingType choice(String... words) {
    return new SettingType.Choice(List.of(words));
  }

  private static SettingType hidden(int shortest) {
    return new SettingType.SecretText(shortest);
  }
}
