package potluck.server.settings;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Every setting. {@code .env.example}, the documents, the parser and the error messages are made
 * from this list. Names without a prefix are AntiHub's.
 */
public enum Setting {
  HOST(
      Section.FIRST,
      text("127.0.0.1"),
      "Address to listen on; 0.0.0.0 listens on all addresses.",
      "监听地址；0.0.0.0 表示全部地址。"),
  PORT(
      Section.FIRST,
      number(8008, 0, 65535, ""),
      "Port to listen on; 0 takes any free port.",
      "监听端口；0 表示任意空闲端口。"),
  POTLUCK_HOME(
      Section.FIRST,
      text("data"),
      "Folder of the embedded database, the journal and the secrets. If it is set in the environment, .env and the log are there, too.",
      "内置数据库、流水和密钥所在的文件夹。在环境变量中设置时，.env 和日志也在其中。"),
  APP_ENV(
      Section.FIRST,
      choice("development", "production"),
      "Environment; production has no demo model and no API description pages.",
      "运行环境；production 没有演示模型和 API 说明页面。"),
  PUBLIC_URL(
      Section.FIRST,
      text(""),
      "Address under which users reach this server, such as https://potluck.example.org; links and redirects use it. If empty, http:// with HOST and PORT.",
      "用户访问本服务器的地址，例如 https://potluck.example.org；链接和重定向都使用它。留空则为 http:// 加 HOST 和 PORT。"),
  DATABASE_URL(
      Section.FIRST,
      text(""),
      "Address of your PostgreSQL, such as postgresql://user:password@host:5432/name; if empty, Potluck starts its own.",
      "外部 PostgreSQL 的地址，例如 postgresql://user:password@host:5432/name；留空则启动内置的 PostgreSQL。"),
  REGISTRATION(
      Section.FIRST,
      choice("invite", "open", "closed"),
      "Who may register: users with an invitation, everybody, or nobody.",
      "谁可以注册：持邀请码者、任何人或不开放。"),
  TRUSTED_PROXIES(
      Section.FIRST,
      text(""),
      "Networks of your proxies, comma-separated, such as 10.0.0.0/8; only their X-Forwarded-For is used.",
      "您的代理所在网段，逗号分隔，例如 10.0.0.0/8；仅采信它们的 X-Forwarded-For。"),
  UPSTREAM_ALLOWED_HOSTS(
      Section.FIRST,
      text(""),
      "Private hosts that accounts may use, comma-separated, as host or host:port.",
      "账号可以使用的内网主机，逗号分隔，格式为 host 或 host:port。"),
  QUOTA_ACCOUNT_USD(
      Section.FIRST,
      number(100, 1, 1_000_000, "USD"),
      "Value of one account's whole quota by the price list.",
      "一个账号的全部配额按价目表折合的金额。"),
  LANGUAGE(
      Section.SERVER,
      choice("en", "zh"),
      "Language of answers to callers that send no Accept-Language.",
      "对没有发送 Accept-Language 的调用者使用的语言。"),
  LOG_LEVEL(
      Section.SERVER,
      choice("INFO", "DEBUG", "WARNING", "WARN", "ERROR", "CRITICAL"),
      "Lowest level of log lines that are written.",
      "写入日志的最低级别。"),
  LOG_FILE(
      Section.SERVER,
      text(""),
      "File of the log. If empty, logs/app.log in POTLUCK_HOME if that is set, otherwise in the folder in which Potluck is started.",
      "日志文件。留空时，若设置了 POTLUCK_HOME 则为其中的 logs/app.log，否则为启动目录下的 logs/app.log。"),
  POTLUCK_LOG_FORMAT(
      Section.SERVER,
      choice("text", "json"),
      "Format of log lines: text for people, json for programs.",
      "日志行的格式：text 便于阅读，json 便于程序处理。"),
  POTLUCK_DEMO(
      Section.SERVER,
      choice("true", "false"),
      "Whether the demo model is available; it never is in production.",
      "是否提供演示模型；生产环境始终没有。"),
  CONSOLE(
      Section.SERVER,
      choice("true", "false"),
      "Whether the web console is served below /console/.",
      "是否在 /console/ 下提供网页控制台。"),
  CONSOLE_DIR(
      Section.SERVER,
      text(""),
      "Folder to read the files of the web console from at every request, for those who develop it.",
      "开发控制台时，每次请求都从该文件夹读取控制台文件。"),
  POTLUCK_JAVA_OPTS(
      Section.SERVER,
      text(""),
      "Additional options for Java, such as -Xmx2g.",
      "额外的 Java 选项，例如 -Xmx2g。"),
  SHUTDOWN_ACCEPT_SECONDS(
      Section.SERVER,
      seconds(0, 0),
      "Time that a stopping server still accepts requests while it reports not ready.",
      "停止时在报告未就绪之后继续接受请求的时间。"),
  SHUTDOWN_DRAIN_SECONDS(
      Section.SERVER,
      seconds(30, 0),
      "Time that running answers may take when the server stops.",
      "服务器停止时进行中的回答可用的时间。"),
  DATABASE_TIMEOUT_SECONDS(
      Section.STORAGE,
      seconds(10, 1),
      "Time that the database may take to answer while somebody waits; after that the request gets 503.",
      "有人等待时数据库的最长响应时间；超过则返回 503。",
      "DATABASE_SECONDS"),
  REDIS_URL(
      Section.STORAGE,
      text(""),
      "Address of Redis or Valkey for several nodes, such as redis://:password@host:6379/0; one node does not need it.",
      "多节点时使用的 Redis 或 Valkey 地址，例如 redis://:password@host:6379/0；单节点不需要。"),
  JWT_SECRET_KEY(
      Section.SECRETS,
      hidden(32),
      "Secret keys that sign access tokens, comma-separated, newest first; the oldest must stay, because passwords and API keys depend on it. If empty, one is created and kept.",
      "签发访问令牌的密钥，逗号分隔，新的在前；最旧的不可移除，因为密码和 API 密钥依赖它。留空则自动生成并保存。"),
  PLUGIN_API_ENCRYPTION_KEY(
      Section.SECRETS,
      hidden(1),
      "Fernet keys that encrypt stored credentials, comma-separated, newest first; if empty, one is created and kept.",
      "加密所存凭据的 Fernet 密钥，逗号分隔，新的在前；留空则自动生成并保存。"),
  JWT_EXPIRE_HOURS(
      Section.SECRETS, number(24, 1, 8760, "hours"), "Lifetime of an access token.", "访问令牌的有效期。"),
  REFRESH_TOKEN_EXPIRE_DAYS(
      Section.SECRETS,
      number(7, 1, 3650, "days"),
      "Lifetime of a login that is not used.",
      "登录在不使用时的有效期。"),
  REFRESH_GRACE_SECONDS(
      Section.SECRETS,
      number(60, 0, 3600, "seconds"),
      "Time after a token refresh in which repeating it returns the same tokens.",
      "刷新令牌后，重复同一请求仍返回相同令牌的时间。"),
  REFRESH_REUSE(
      Section.SECRETS,
      choice("device", "family"),
      "What ends a login when a refresh token is reused later: family means any reuse, device means reuse from another device or network.",
      "刷新令牌之后再被使用时何时结束登录：family 表示任何重用，device 表示来自其他设备或网络的重用。"),
  ADMIN_USERNAME(
      Section.USERS,
      text(""),
      "User name of an administrator that is created at the start.",
      "启动时创建的管理员的用户名。"),
  ADMIN_PASSWORD(
      Section.USERS,
      hidden(8),
      "Password of that administrator; applied when the user is created, and at a start after this setting was changed.",
      "该管理员的密码；在创建用户时，以及本设置更改后的启动时生效。"),
  CHECK_USERNAME(
      Section.USERS,
      choice("true", "false"),
      "Whether anybody may ask if a user name is taken.",
      "是否允许任何人查询用户名是否已被使用。"),
  API_KEYS_PER_USER(
      Section.USERS,
      number(1000, 1, 100_000, "keys"),
      "Maximum number of API keys per user.",
      "每个用户最多的 API 密钥数。"),
  ACCOUNTS_PER_USER(
      Section.USERS,
      number(1000, 1, 100_000, "accounts"),
      "Maximum number of accounts per user.",
      "每个用户最多的账号数。"),
  LIVE_STREAMS_PER_USER(
      Section.USERS,
      number(10, 0, 1000, "streams"),
      "Maximum number of live streams (GET /api/live) per user and node; each open page of the console has one.",
      "每个用户在每个节点上最多的实时连接数（GET /api/live）；控制台每个打开的页面占一个。"),
  CORS_ORIGINS(
      Section.USERS,
      text(""),
      "Origins of web pages that may call the API, comma-separated, such as https://app.example.org.",
      "允许调用 API 的网页来源，逗号分隔，例如 https://app.example.org。"),
  ALLOW_NEW_ACCOUNT_CREATION(
      Section.IDENTITY,
      choice("true", "false"),
      "Whether the first login with an external identity provider creates a user.",
      "首次通过外部身份提供方登录时是否自动创建用户。"),
  LOGIN_REDIRECT_URL(
      Section.IDENTITY,
      text(""),
      "Address of the page to which identity providers send users back; the page posts code and state. If empty, /auth/callback below PUBLIC_URL.",
      "身份提供方把用户重定向回来的页面地址，该页面提交 code 和 state。留空则为 PUBLIC_URL 下的 /auth/callback。"),
  GITHUB_CLIENT_ID(
      Section.IDENTITY,
      text(""),
      "Client id of your OAuth app at GitHub; if empty, this login is off.",
      "您在 GitHub 的 OAuth 应用的 client id；留空则关闭此登录。"),
  GITHUB_CLIENT_SECRET(
      Section.IDENTITY,
      hidden(1),
      "Client secret of your OAuth app at GitHub.",
      "您在 GitHub 的 OAuth 应用的密钥。"),
  LINUXDO_CLIENT_ID(
      Section.IDENTITY,
      text(""),
      "Client id of your application at connect.linux.do; if empty, this login is off.",
      "您在 connect.linux.do 的应用的 client id；留空则关闭此登录。"),
  LINUXDO_CLIENT_SECRET(
      Section.IDENTITY,
      hidden(1),
      "Client secret of your application at connect.linux.do.",
      "您在 connect.linux.do 的应用的密钥。"),
  POCKETID_ISSUER(Section.IDENTITY, text(""), "Address of your Pocket ID.", "您的 Pocket ID 的地址。"),
  POCKETID_CLIENT_ID(
      Section.IDENTITY,
      text(""),
      "Client id at your Pocket ID; if empty, this login is off.",
      "您的 Pocket ID 的 client id；留空则关闭此登录。"),
  POCKETID_CLIENT_SECRET(
      Section.IDENTITY, hidden(1), "Client secret at your Pocket ID.", "您的 Pocket ID 的密钥。"),
  OIDC_PROVIDERS(
      Section.IDENTITY,
      text(""),
      "Names of more OpenID Connect providers, comma-separated; each one needs OIDC_NAME_ISSUER, OIDC_NAME_CLIENT_ID and OIDC_NAME_CLIENT_SECRET.",
      "其他 OpenID Connect 提供方的名称，逗号分隔；每个都需要 OIDC_名称_ISSUER、OIDC_名称_CLIENT_ID 和 OIDC_名称_CLIENT_SECRET。"),
  QUOTA(
      Section.QUOTA_AND_PRICES,
      choice("enforced", "recorded"),
      "Whether a spent quota refuses shared accounts (enforced) or is only counted (recorded).",
      "配额用尽时拒绝使用共享账号（enforced）还是仅记录（recorded）。"),
  HOLD_OUTPUT_TOKENS(
      Section.QUOTA_AND_PRICES,
      number(4096, 1, 10_000_000, "tokens"),
      "Output tokens that a running request holds of limits and quotas at most; it holds its max_tokens up to this, and 1024 without max_tokens. More keeps limits closer for requests at once, less lets more of them run.",
      "进行中的请求最多为限制和配额预留的输出 token：按其 max_tokens 预留，以此为上限；没有 max_tokens 时预留 1024。越大则并发请求越不会超限，越小则可同时运行的请求越多。"),
  QUOTA_UNIT(
      Section.QUOTA_AND_PRICES,
      choice("share", "usd", "tokens"),
      "Meaning of 1.0000 of a quota: the whole quota of one account (share), one US dollar (usd) or one token (tokens).",
      "配额 1.0000 的含义：一个账号的全部配额（share）、一美元（usd）或一个 token（tokens）。"),
  QUOTA_BASE_PERCENT(
      Section.QUOTA_AND_PRICES,
      number(100, 0, 1_000_000, "percent of an account"),
      "Quota of a user who shares no account.",
      "不共享账号的用户可用的额度。"),
  QUOTA_BASE_HOURLY_PERCENT(
      Section.QUOTA_AND_PRICES,
      number(5, 0, 1_000_000, "percent of an account"),
      "Part of the base quota that recovers per hour.",
      "基础额度每小时恢复的量。"),
  QUOTA_HOURLY_PERCENT(
      Section.QUOTA_AND_PRICES,
      number(40, 0, 1_000_000, "percent of an account"),
      "Quota that recovers per hour for each shared account.",
      "每共享一个账号每小时恢复的量。"),
  QUOTA_WAIT_SECONDS(
      Section.QUOTA_AND_PRICES,
      seconds(10, 0),
      "Time that a request waits for running requests to settle if little quota is left.",
      "额度所剩无几时，请求等待进行中的请求结算的时间。"),
  MODEL_GROUPS(
      Section.QUOTA_AND_PRICES,
      text(""),
      "Models that share a quota, such as claude=claude*,opus*;gemini=gemini*; if empty, AntiHub's groups.",
      "共用配额的模型分组，例如 claude=claude*,opus*;gemini=gemini*；留空则使用 AntiHub 的分组。"),
  PRICES_FILE(
      Section.QUOTA_AND_PRICES,
      text(""),
      "YAML file with your own prices, which take precedence over the built-in ones.",
      "自定义价目的 YAML 文件，优先于内置价目。"),
  UPSTREAM_COUNT_FACTOR(
      Section.QUOTA_AND_PRICES,
      number(3, 0, 1000, ""),
      "Factor by which token counts of an upstream whose address a user gave may differ from Potluck's estimate; beyond it the estimate is charged. 0 believes all counts that are possible.",
      "用户所填地址的上游报告的 Token 数与 Potluck 估算值之间允许的倍数；超出时按估算值计费。0 表示接受一切可能的数值。"),
  USAGE_RETENTION_DAYS(
      Section.QUOTA_AND_PRICES,
      number(0, 0, 36_500, "days"),
      "Days that usage rows are kept; 0 keeps them for ever.",
      "用量记录的保留天数；0 表示永久保留。"),
  USAGE_LOG_BODIES(
      Section.QUOTA_AND_PRICES,
      choice("false", "true"),
      "Whether request bodies are stored, encrypted and without secrets; tell your users if they are.",
      "是否加密保存请求内容（去除密钥）；如开启请告知用户。"),
  USAGE_LOG_BODY_DAYS(
      Section.QUOTA_AND_PRICES,
      number(7, 1, 90, "days"),
      "Days that stored request bodies are kept.",
      "所保存的请求内容的保留天数。"),
  TEST_NEW_ACCOUNTS(
      Section.POOL,
      choice("true", "false"),
      "Whether a shared account that has not served yet is tested at once: by the provider's list of models, or by one token of each group of models. If not, it brings quota only after it has served.",
      "尚未服务过的共享账号是否立即测试：通过供应商的模型列表，或每组模型各请求一个 token。若不测试，则在服务之后才带来配额。"),
  POOL_MOST_WAITING(
      Section.POOL,
      number(1000, 0, 1_000_000, "requests"),
      "Maximum number of requests that wait for a busy account.",
      "等待繁忙账号的请求数上限。"),
  POOL_WAIT_SECONDS(
      Section.POOL,
      seconds(30, 0),
      "Time that a request waits for a busy account.",
      "请求等待繁忙账号的最长时间。"),
  POOL_ATTEMPTS(
      Section.POOL,
      number(3, 1, 20, "accounts"),
      "Maximum number of accounts that one request tries before its first byte.",
      "单个请求在首字节之前最多尝试的账号数。"),
  POOL_RETRY_PERCENT(
      Section.POOL,
      number(20, 0, 100, "percent"),
      "Part of the requests of the last ten seconds that may be retried at another account; 100 retries are always allowed.",
      "最近十秒的请求中可改用其他账号重试的比例；另有 100 次总是允许。"),
  POOL_REST_SECONDS(
      Section.POOL,
      seconds(900, 1),
      "Longest cooldown of an account after failures.",
      "账号失败后的最长冷却时间。"),
  POOL_NAMES(
      Section.POOL,
      choice("shown", "hidden"),
      "Whether members see who brought which shared account; if hidden, they see pseudonyms. Administrators and auditors always see the names.",
      "成员是否能看到每个共享账号由谁提供；hidden 时显示化名。管理员和审计员始终能看到真实名称。"),
  POOL_AFFINITY_SECONDS(
      Section.POOL,
      seconds(300, 0),
      "Time that a conversation prefers the account that holds its prompt cache.",
      "会话优先使用持有其提示缓存的账号的时间。"),
  STREAM_KEEPALIVE_SECONDS(
      Section.POOL,
      seconds(10, 1),
      "Silence in a stream after which a keep-alive is sent.",
      "流静默多久后发送保活信号。",
      "STREAM_PULSE_SECONDS"),
  PROVIDERS_FILE(
      Section.PROVIDERS,
      text(""),
      "YAML file with your own providers, in the format of providers.yaml; they take precedence over the built-in ones.",
      "自定义供应商的 YAML 文件（格式同 providers.yaml），优先于内置供应商。"),
  PLUGIN_OAUTH_REDIRECT_URL(
      Section.PROVIDERS,
      text(""),
      "Address to which model providers send users back after their OAuth consent. If empty, /api/plugin-api/oauth/callback below PUBLIC_URL.",
      "OAuth 授权后供应商把用户重定向回来的地址。留空则为 PUBLIC_URL 下的 /api/plugin-api/oauth/callback。"),
  UPSTREAM_PROXY(
      Section.PROVIDERS,
      text(""),
      "HTTP proxy for calls to providers, such as http://host:port.",
      "访问供应商的 HTTP 代理，例如 http://host:port。"),
  UPSTREAM_CONNECT_TIMEOUT(
      Section.PROVIDERS, seconds(10, 1), "Timeout for connecting to a provider.", "连接供应商的超时时间。"),
  UPSTREAM_FIRST_BYTE_TIMEOUT(
      Section.PROVIDERS,
      seconds(300, 1),
      "Timeout until a provider starts to answer.",
      "供应商开始回答的超时时间。"),
  UPSTREAM_IDLE_TIMEOUT(
      Section.PROVIDERS,
      seconds(300, 1),
      "Longest silence within a provider's answer.",
      "供应商回答中途的最长静默时间。"),
  UPSTREAM_TOTAL_TIMEOUT(
      Section.PROVIDERS,
      seconds(3600, 1),
      "Timeout for a provider's whole answer.",
      "供应商完整回答的超时时间。"),
  PLUGIN_API_BASE_URL(
      Section.PLUGIN,
      text(""),
      "Address of a Plug-in API service that is the pool; if empty, the built-in pool is used.",
      "作为账号池的 Plug-in API 服务地址；留空则使用内置账号池。"),
  PLUGIN_API_ADMIN_KEY(
      Section.PLUGIN,
      hidden(1),
      "Admin key of the service at PLUGIN_API_BASE_URL, which creates a user there for each of your users.",
      "PLUGIN_API_BASE_URL 所指服务的管理密钥，用于为您的每个用户在那里创建用户。"),
  PLUGIN_SERVICE_ADMIN_KEY(
      Section.PLUGIN,
      hidden(32),
      "Admin key with which AntiHub backends use this pool as their Plug-in API service; if empty, the service is off.",
      "AntiHub 后端把本账号池用作 Plug-in API 服务时的管理密钥；留空则不提供此服务。"),
  METRICS_HOST(
      Section.MONITORING,
      text("127.0.0.1"),
      "Address on which Prometheus metrics are served.",
      "提供 Prometheus 指标的监听地址。"),
  METRICS_PORT(
      Section.MONITORING,
      number(9464, 0, 65_535, "port"),
      "Port on which Prometheus metrics are served at /metrics; 0 switches them off.",
      "提供 Prometheus 指标（/metrics）的端口；0 表示关闭。"),
  OTEL_EXPORTER_OTLP_ENDPOINT(
      Section.MONITORING,
      text(""),
      "Address to which traces and metrics are exported by OTLP over HTTP, such as http://collector:4318; if empty, nothing is exported.",
      "以 OTLP/HTTP 导出链路追踪和指标的地址，例如 http://collector:4318；留空则不导出。"),
  OTEL_EXPORTER_OTLP_HEADERS(
      Section.MONITORING,
      hidden(1),
      "Headers sent with each export, comma-separated, such as authorization=Bearer%20secret.",
      "每次导出时附带的请求头，逗号分隔，例如 authorization=Bearer%20secret。"),
  OTEL_SERVICE_NAME(
      Section.MONITORING,
      text("potluck"),
      "Name of this service in traces and metrics.",
      "本服务在链路追踪和指标中的名称。"),
  OTEL_TRACES_SAMPLER_ARG(
      Section.MONITORING,
      text("1"),
      "Part of the traces that start here and are exported, from 0 to 1; traces of callers follow the caller's decision.",
      "从这里开始的追踪中被导出的比例（0 到 1）；调用者的追踪按其自身标记。"),
  POTLUCK_MAX_BODY_BYTES(
      Section.LIMITS,
      number(33_554_432, 1024, 1 << 30, "bytes"),
      "Maximum size of a request body.",
      "请求体的最大大小。"),
  POTLUCK_MAX_PUBLIC_BODY_BYTES(
      Section.LIMITS,
      number(65_536, 1024, 1 << 20, "bytes"),
      "Maximum size of a request body on routes without authentication, such as login.",
      "无需登录的接口（如登录）的请求体最大大小。"),
  POTLUCK_MAX_ANSWER_BYTES(
      Section.LIMITS,
      number(67_108_864, 65_536, 67_108_864, "bytes"),
      "Maximum size of a provider's answer that is not a stream.",
      "供应商非流式回答的最大大小。"),
  POTLUCK_MAX_HEADER_BYTES(
      Section.LIMITS,
      number(65_536, 4096, 1 << 20, "bytes"),
      "Maximum size of all headers of a request.",
      "请求头的最大总大小。"),
  POTLUCK_MAX_CONNECTIONS(
      Section.LIMITS,
      number(16_000, 16, 1_000_000, "connections"),
      "Maximum number of open connections of callers; less if the system grants fewer open files.",
      "客户端连接数上限；系统允许的打开文件数较少时会更低。"),
  POTLUCK_MAX_CONNECTIONS_PER_ADDRESS(
      Section.LIMITS,
      number(1000, 1, 1_000_000, "connections"),
      "Maximum number of open connections per address (IPv6: per /64); TRUSTED_PROXIES and 127.0.0.1 have no limit.",
      "同一地址（IPv6 为同一 /64）的连接数上限；TRUSTED_PROXIES 和 127.0.0.1 不受限。"),
  POTLUCK_HEAD_SECONDS(
      Section.LIMITS,
      seconds(10, 1),
      "Time in which the headers of a request must arrive.",
      "接收完整请求头的时间上限。"),
  POTLUCK_STALL_SECONDS(
      Section.LIMITS,
      seconds(30, 1),
      "Time in which a request body must make progress and a write of a response must finish.",
      "请求体必须有进展、回答的一次写入必须完成的时间。"),
  POTLUCK_KEEP_ALIVE_SECONDS(
      Section.LIMITS,
      seconds(300, 1),
      "Time that a connection may be idle between requests.",
      "两次请求之间连接可空闲的时间。"),
  LOGIN_FREE_FAILURES(
      Section.LIMITS,
      number(5, 1, 100, "failures"),
      "Failed logins for one user name before each further failure doubles the wait.",
      "同一用户名在等待时间开始翻倍之前允许的登录失败次数。"),
  LOGIN_LONGEST_WAIT_SECONDS(
      Section.LIMITS,
      seconds(900, 1),
      "Longest wait after failed logins for one user name.",
      "同一用户名登录失败后的最长等待时间。"),
  LOGIN_FAILURES_PER_ADDRESS(
      Section.LIMITS,
      number(20, 1, 1_000_000, "failures a minute"),
      "Failed logins per minute from one address (IPv6: one /64) before it is limited.",
      "同一地址（IPv6 为同一 /64）每分钟允许的登录失败次数。"),
  DEBUG_LOG(
      Section.RARE,
      choice("false", "true"),
      "If true, the same as LOG_LEVEL=DEBUG.",
      "为 true 时等同于 LOG_LEVEL=DEBUG。"),
  CC_BUFFER_STREAM(
      Section.RARE,
      choice("false", "true"),
      "Whether streams of /cc are buffered until their usage is known.",
      "是否缓冲 /cc 的流直到用量已知。",
      "CC_WHOLE"),
  JWT_ALGORITHM(
      Section.RARE,
      choice("HS256"),
      "Algorithm of access tokens; only HS256 is supported.",
      "访问令牌的算法；只支持 HS256。"),
  REFRESH_TOKEN_SECRET_KEY(
      Section.RARE,
      hidden(1),
      "Has no effect: refresh tokens are random and not signed.",
      "无作用：刷新令牌是随机数，不需签名。"),
  USAGE_LOG_REDACT_HEADERS(
      Section.RARE,
      text(""),
      "Has no effect: secrets in headers are never stored.",
      "无作用：请求头中的密钥从不保存。"),
  POOL_AFFINITY_CONVERSATIONS(
      Section.RARE,
      number(100_000, 1, 10_000_000, "conversations"),
      "Maximum number of conversations that are remembered for this preference.",
      "为此记住的会话数上限。"),
  POTLUCK_MAX_BODIES_PERCENT(
      Section.RARE,
      number(40, 1, 90, "percent"),
      "Part of Java's memory that all request bodies may use together; beyond it, requests get 503.",
      "所有请求体可同时占用的 Java 内存比例；超出时请求返回 503。"),
  POTLUCK_MAX_JSON_DEPTH(
      Section.RARE,
      number(128, 8, 128, "levels"),
      "Maximum nesting depth of JSON in a model request.",
      "模型请求中 JSON 的最大嵌套层数。"),
  POTLUCK_MAX_HEADERS(
      Section.RARE,
      number(200, 20, 10_000, "headers"),
      "Maximum number of headers of a request.",
      "请求头的最大行数。"),
  POTLUCK_MAX_URI_BYTES(
      Section.RARE,
      number(8192, 512, 65_536, "bytes"),
      "Maximum size of the first line of a request, which contains the URI.",
      "请求首行（含 URI）的最大大小。"),
  POTLUCK_STALL_BYTES(
      Section.RARE,
      number(30_720, 1, 1 << 30, "bytes"),
      "Bytes of a request body that must arrive within POTLUCK_STALL_SECONDS.",
      "请求体在 POTLUCK_STALL_SECONDS 内至少应到达的字节数。"),
  PASSWORD_HASH_COST(
      Section.RARE,
      number(12, 10, 14, "bcrypt cost"),
      "Cost of new password hashes; each step takes twice as long, 12 takes about a quarter of a second.",
      "新密码哈希的成本；每加一级耗时加倍，12 约需四分之一秒。"),
  LOGIN_MOST_WAITING(
      Section.RARE,
      number(6, 1, 10_000, "logins"),
      "Maximum number of logins that wait for their password check; known devices are not limited.",
      "等待校验密码的登录请求数上限；已知设备不受此限。"),
  GITHUB_URL(
      Section.RARE,
      text("https://github.com"),
      "Address of GitHub; change it for GitHub Enterprise.",
      "GitHub 的地址；GitHub Enterprise 请修改。"),
  LINUXDO_URL(
      Section.RARE,
      text("https://connect.linux.do"),
      "Address of the Linux.do login service.",
      "Linux.do 登录服务的地址。");

  /** The sections of {@code .env.example} and the settings page, in their order. */
  public enum Section {
    FIRST("Essential", "基本"),
    SERVER("Server", "服务器"),
    STORAGE("Database and Redis", "数据库与 Redis"),
    SECRETS("Secret keys and tokens", "密钥与令牌"),
    USERS("Users and keys", "用户与密钥"),
    IDENTITY("Identity providers", "身份提供方"),
    QUOTA_AND_PRICES("Quota, usage and prices", "配额、用量与价格"),
    POOL("Pool and streams", "账号池与流"),
    PROVIDERS("Providers", "供应商"),
    PLUGIN("Plug-in API", "Plug-in API"),
    MONITORING("Metrics and traces", "指标与追踪"),
    LIMITS("Limits against abuse", "防滥用限制"),
    RARE("Rarely needed", "很少需要");

    private final String en;
    private final String zh;

    Section(String en, String zh) {
      this.en = en;
      this.zh = zh;
    }

    public String en() {
      return en;
    }

    public String zh() {
      return zh;
    }
  }

  private final Section section;
  private final SettingType type;
  private final String en;
  private final String zh;
  private final @Nullable String formerName;

  Setting(Section section, SettingType type, String en, String zh) {
    this(section, type, en, zh, null);
  }

  Setting(Section section, SettingType type, String en, String zh, @Nullable String formerName) {
    this.section = section;
    this.type = type;
    this.en = en;
    this.zh = zh;
    this.formerName = formerName;
  }

  public Section section() {
    return section;
  }

  /** The name that the setting had in an earlier version and that still works, if there is one. */
  public Optional<String> formerName() {
    return Optional.ofNullable(formerName);
  }

  public SettingType type() {
    return type;
  }

  /** The value if it is not set. */
  public String defaultValue() {
    return type.defaultValue();
  }

  /** The explanation in English, with range and default. */
  public String en() {
    return withRange(en, type.bounds(), "default ", defaultValue(), " (", "; ", ")");
  }

  /** The explanation in Chinese, with range and default. */
  public String zh() {
    return withRange(zh, type.boundsZh(), "默认 ", defaultValue(), "（", "；", "）");
  }

  /** The explanation in English, without range and default. */
  public String plainEn() {
    return en;
  }

  /** The explanation in Chinese, without range and default. */
  public String plainZh() {
    return zh;
  }

  private static String withRange(
      String text,
      String range,
      String defaultLabel,
      String value,
      String open,
      String between,
      String close) {
    String suffix = value.isEmpty() ? "" : defaultLabel + value;
    String both = range + (range.isEmpty() || suffix.isEmpty() ? "" : between) + suffix;
    return both.isEmpty() ? text : text + open + both + close;
  }

  /** Whether this is the first setting of its section. */
  boolean startsSection() {
    return Arrays.stream(values())
        .filter(setting -> setting.section == section)
        .findFirst()
        .filter(first -> first == this)
        .isPresent();
  }

  /** Whether the value must never be shown. */
  public boolean isSecret() {
    return type instanceof SettingType.SecretText;
  }

  /** The setting of this name; former names are unknown here. */
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
      if (setting.startsSection()) {
        text.append("\n# ---- ")
            .append(setting.section.en)
            .append(" / ")
            .append(setting.section.zh)
            .append(" ----\n");
      }
      text.append("\n# ")
          .append(setting.en())
          .append("\n# ")
          .append(setting.zh())
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

  private static SettingType number(long defaultValue, long min, long max, String unit) {
    return new SettingType.WholeNumber(defaultValue, min, max, unit);
  }

  private static SettingType seconds(long defaultValue, long min) {
    return number(defaultValue, min, 1_000_000, "seconds");
  }

  private static SettingType choice(String... words) {
    return new SettingType.Choice(List.of(words));
  }

  private static SettingType hidden(int shortest) {
    return new SettingType.SecretText(shortest);
  }
}
