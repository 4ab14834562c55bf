package potluck.server.http;

import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Every text for people that own routes answer with, in Chinese and English: {@code {0}} is the
 * first argument. Texts of failures that the gateway throws are translated by {@link
 * ChineseMessages}.
 */
public enum MessageKey {
  // Accounts
  CSV_UNKNOWN_COLUMN("未知的列：{0}", "Unknown column {0}; the columns are {1}"),
  CSV_UNREADABLE("无法读取 CSV", "The table cannot be read: {0}"),
  CSV_INVALID_MODEL_MAP(
      "model_map 的格式是 公开名称=供应商名称",
      "model_map needs pairs of public=theirs separated by spaces, not {0}."),
  CSV_NOT_A_NUMBER("{0} 必须是数字", "{0} must be a number, not {1}."),
  CREDENTIALS_NOT_READABLE(
      "凭据只能写入，不能导出；请向供应商重新获取，或用 accounts-file 导出其余内容",
      "Credentials can be written but not read: get a new one from the provider, or export the rest from /api/plugin-api/accounts-file."),
  ACCOUNT_WITHOUT_PROJECT(
      "此账号没有项目", "This account has no project: its base_url does not name one."),
  PROVIDER_WITHOUT_KEY(
      "此 provider 的账号通过 OAuth 授权添加，没有可以测试的密钥",
      "Accounts of this provider are added by OAuth consent; there is no key to test."),
  TOO_MANY_PROBES("测试过于频繁，请稍后再试", "Too many tests of credentials; try again later."),
  INVALID_PROJECT_ID(
      "project_id 无效", "project_id must be the id of a project, such as my-project-1."),
  ACCOUNTS_COUNT_OUT_OF_RANGE("需要 accounts：1 到 {0} 个账号", "accounts must have 1 to {0} entries."),
  TOO_MANY_ACCOUNTS(
      "账号数量已达上限 {0}，请先删除一个", "You have reached the maximum of {0} accounts; delete one first."),
  ACCOUNT_WITHOUT_MODEL("此账号没有该模型", "This account does not have this model."),
  ACCOUNT_MODEL_WITHOUT_QUOTA("配额记录不存在", "This account does not have this model."),
  MODEL_STATUS_CHANGED("配额状态已更新", "The model's status was changed."),
  ACCOUNT_STATUS_UNCHANGED("账号状态未变化", "The account's status is unchanged."),
  ACCOUNT_STATUS_CHANGED("账号状态已更新", "The account's status was changed."),
  ACCOUNT_TYPE_UNCHANGED("账号类型未变化", "The account's type is unchanged."),
  ACCOUNT_TYPE_CHANGED("账号类型已更新", "The account's type was changed."),
  ACCOUNT_DELETED("账号已删除", "The account was deleted."),
  ACCOUNT_NOT_FOUND("账号不存在", "This account does not exist, or it is not yours."),
  CREDENTIAL_REQUIRED("需要 api_key", "api_key is required: the credential of the account."),
  PROVIDER_UNCHANGEABLE(
      "不能更换 provider，请另加账号", "The provider cannot be changed; add another account."),
  UNKNOWN_PROVIDER("未知的 provider，可用：{0}", "Unknown provider; available are: {0}."),
  CREDENTIAL_TOO_LONG("api_key 最多 {0} 个字符", "api_key must have at most {0} characters."),
  CREDENTIAL_WITH_INVALID_CHARACTERS(
      "api_key 含有密钥中不会出现的字符（例如被截断显示的 …），请完整复制",
      "api_key contains characters that no credential has, such as the … of a shortened one; copy the complete key."),
  MODELS_REQUIRED(
      "需要 models：此账号提供的模型名称列表", "models is required: the names of the models of this account."),
  INVALID_MODEL_NAMES(
      "模型名称需要 1 到 {0} 个字符，不含控制字符，最多 {1} 个",
      "Model names must have 1 to {0} characters and no control characters; at most {1} models are possible."),
  INVALID_ACCOUNT_NAME("名称需要 1 到 100 个字符", "The name must have 1 to 100 characters."),
  NOT_ZERO_OR_ONE("{0}必须是0或1", "{0} must be 0 or 1."),
  OUT_OF_RANGE("{0} 必须在 {1} 到 {2} 之间", "{0} must be from {1} to {2}."),
  RESERVE_OUT_OF_RANGE("reserve 必须在 0 到 1 之间", "reserve must be from 0 to 1."),
  BASE_URL_REQUIRED(
      "此 provider 需要 base_url，例如 http://host:port/v1",
      "This provider needs a base_url, such as http://host:port/v1."),
  INVALID_BASE_URL(
      "base_url 必须是不带用户、查询和片段的 http(s) 地址",
      "base_url must be an http or https address without user, query or fragment."),
  BASE_URL_NOT_ALLOWED(
      "不允许的 base_url：{0}（运营者可以把它写进 UPSTREAM_ALLOWED_HOSTS）", "This base_url is not allowed: {0}."),
  PROVIDER_WITHOUT_CONSENT(
      "此 provider 不使用 OAuth 授权；运营者可在 PROVIDERS_FILE 中配置",
      "This provider does not use OAuth consent; an operator can configure one in PROVIDERS_FILE."),
  CONSENT_REFUSED("供应商拒绝了授权", "The provider refused the consent."),
  CALLBACK_URL_WITHOUT_CODE(
      "回调地址中缺少 code 或 state", "The callback URL must contain code and state."),
  CONSENT_EXPIRED(
      "授权已过期、已使用或不属于您；请重新开始",
      "This consent has expired, was already used, or is not yours; start again."),
  CONSENT_NOT_ACCEPTED(
      "供应商不接受此授权（{0}），请重新授权",
      "The provider does not accept this consent ({0}); give your consent again."),
  PROVIDER_UNAVAILABLE_FOR_TOKEN(
      "供应商暂时没有给出令牌（{0}），请稍后再试",
      "The provider gives no token at the moment ({0}); try again later."),
  REFRESH_TOKEN_REQUIRED("需要 refresh_token", "refresh_token is required."),
  TOKEN_REFRESH_FAILED("令牌刷新失败：{0}", "The token could not be refreshed. {0}"),
  INVALID_CALLBACK_URL("callback_url 不是有效的地址", "callback_url is not a valid URL."),

  // Login, sessions and users
  INVALID_ROLE(
      "role 必须是 administrator、auditor、member、silenced 或 disabled",
      "role must be administrator, auditor, member, silenced or disabled."),
  NOT_JSON_OR_CSV("format 必须是 json 或 csv", "format must be json or csv."),
  INVALID_USER("user 必须是用户 id", "user must be the id of a user."),
  ONLY_OWNER_SHARES(
      "只有所有者可以共享账号；管理员只能停用或取消共享",
      "Only its owner can share an account; an administrator can stop or unshare it."),
  INVALID_ACTOR("actor 必须是用户 id", "actor must be the id of a user."),
  WRONG_CREDENTIALS("用户名或密码错误", "The user name or password is wrong."),
  USERNAME_PASSWORD_REQUIRED("需要 username 和 password", "username and password are required."),
  USER_DISABLED("用户账号已被禁用", "The user is disabled."),
  INVALID_CHANNEL(
      "渠道名只能包含小写字母、数字、- 和 _，最多 40 个字符",
      "A channel has at most 40 lower-case letters, digits, - and _."),
  INVALID_USERNAME(
      "用户名需要 3 到 50 个字符：字母、数字、点、横线、下划线",
      "A user name must have 3 to 50 letters, digits, dots, hyphens or underscores."),
  PASSWORD_LENGTH_OUT_OF_RANGE("密码需要 {0} 到 {1} 个字符", "A password must have {0} to {1} characters."),
  PASSWORD_TOO_COMMON("这个密码太常见，请换一个", "This password is too common; choose another one."),
  TOO_MANY_LOGINS("登录请求过多，请稍后再试", "Too many logins were started; try again later."),
  CODE_AND_STATE_REQUIRED("需要 code 和 state", "code and state are required."),
  LOGIN_CREATES_NO_USERS("不允许创建新用户", "New users cannot be created this way."),
  IDENTITY_OF_ANOTHER_USER(
      "该身份已属于另一个用户", "This identity belongs to another user; unlink it there first."),
  LAST_WAY_TO_LOG_IN(
      "这是唯一的登录方式，请先设置密码或关联其他身份",
      "This is your only way to log in: set a password or link another identity first."),
  IDENTITY_UNLINKED("已解除关联", "The identity was unlinked."),
  TOO_MANY_FAILED_LOGINS("登录失败次数过多，请稍后再试", "Too many failed logins; try again later."),
  CURRENT_PASSWORD_WRONG("当前密码错误", "The current password is wrong."),
  PASSWORD_CHANGED("密码已修改", "The password was changed."),
  INVALID_RESET_LINK("此链接无效或已使用", "This link is invalid or was already used; ask for a new one."),
  PASSWORD_SET("密码已重置", "The password was set."),
  IN_BETA("已加入 Beta 计划", "You are in the beta."),
  NOT_IN_BETA("未加入 Beta 计划", "You are not in the beta."),
  INVALID_USE_ONLY_DEDICATED("use_only_dedicated 必须是 0 或 1", "use_only_dedicated must be 0 or 1."),
  ONLY_OWN_ACCOUNTS_USED("已启用仅使用专属账号", "Only accounts of your own are used."),
  SHARED_ACCOUNTS_USED("未启用仅使用专属账号", "Shared accounts are used, too."),
  TOO_MANY_USERNAME_CHECKS("查询过于频繁，请稍后再试", "Too many requests; try again later."),
  USERNAME_TAKEN("用户名已存在", "This user name is taken."),
  USERNAME_AVAILABLE("用户名可用", "This user name is available."),
  TOO_MANY_FAILED_REFRESHES("刷新失败次数过多，请稍后再试", "Too many failed refreshes; try again later."),
  SESSION_COOKIE_OF_OTHER_ORIGIN(
      "会话 Cookie 只能由本站页面使用；请在 PUBLIC_URL 的地址打开页面",
      "The session cookie is accepted only from a page of this server; open the page under PUBLIC_URL."),
  INVALID_REFRESH_TOKEN(
      "刷新令牌无效或已过期，请重新登录", "The refresh token is wrong, expired or already used; log in again."),
  TOO_MANY_REGISTRATIONS("注册过于频繁，请稍后再试", "Too many registrations; try again later."),
  REGISTRATION_CLOSED("此站点未开放注册", "Registration is closed; ask an administrator."),
  INVITATION_REQUIRED("邀请码无效或已过期", "A valid invitation is required; ask an administrator for one."),
  OUT_OF_RANGE_FROM_ONE("{0} 必须在 1 到 {1} 之间", "{0} must be from 1 to {1}."),
  INVITATION_WITHDRAWN("邀请已撤回", "The invitation was withdrawn."),
  LOGGED_OUT("登出成功", "You are logged out."),
  LOGGED_OUT_EVERYWHERE("已登出所有设备", "You are logged out everywhere."),
  SESSION_ENDED("会话已结束", "The session was ended."),
  INVALID_SETUP_LINK(
      "此链接无效或已使用；重新启动会打印新的链接",
      "This link is invalid or was already used; a restart prints a new one."),
  NOT_ON_YOURSELF("不能禁用、降级或删除自己", "You cannot disable, demote or delete yourself."),
  LAST_ADMINISTRATOR(
      "您是唯一的管理员；请先任命另一位管理员",
      "You are the only administrator; make another user an administrator first."),
  USER_DELETED("用户已删除", "The user was deleted."),
  INVALID_TRUST_LEVEL("trust_level 必须在 0 到 9 之间", "trust_level must be a number from 0 to 9."),
  LOGIN_FAILED("登录失败：{0}", "{0}"),

  // API keys, limits and teams
  TOO_MANY_API_KEYS(
      "API密钥数量已达上限 {0}", "You have reached the maximum of {0} API keys; delete one first."),
  CONFIG_TYPE_REQUIRED("需要 config_type", "config_type is required."),
  OVERLAP_SECONDS_OUT_OF_RANGE(
      "overlap_seconds 必须在 0 到 {0} 之间", "overlap_seconds must be from 0 to {0}."),
  IS_ACTIVE_REQUIRED("需要 is_active", "is_active is required: true or false."),
  INVALID_LIMITS("limits 无效：{0}", "{0}"),
  API_KEY_DELETED("API密钥已删除", "The API key was deleted."),
  TEXT_TOO_LONG("{0} 最多 {1} 个字符，且不含 NUL", "{0} must have at most {1} characters and no NUL."),
  LIST_TOO_LONG("{0} 最多 {1} 项", "{0} must have at most {1} entries."),
  INVALID_ALLOWED_ADDRESSES(
      "allowed_addresses 必须是 IP 或 CIDR",
      "allowed_addresses must contain addresses and networks such as 10.0.0.0/8: {0}."),
  INVALID_EXPIRES_AT(
      "expires_at 必须是带时区的时间，例如 2030-01-01T00:00:00Z",
      "expires_at must be a time with a zone, such as 2030-01-01T00:00:00Z."),
  INVALID_TEAM_NAME("name 必须是 1 到 50 个字符", "name must have 1 to 50 characters."),
  TEAM_NAME_EXISTS("该名称已被使用", "A team with this name already exists."),
  DELETED("已删除", "Deleted."),
  TEAM_NOT_FOUND("没有这个团队", "This team does not exist."),

  // Models
  INVALID_DIALECT(
      "dialect 必须是 openai、responses、anthropic 或 gemini",
      "dialect must be openai, responses, anthropic or gemini."),
  INVALID_ROUTE_RULE("路由设置无效：{0}", "{0}."),

  // Plug-in API
  INVALID_PREFER_SHARED("prefer_shared必须是0或1", "prefer_shared must be 0 or 1."),
  PREFERENCE_CHANGED("Cookie优先级设置已更新", "The preference was changed."),
  PLUGIN_ACCOUNT_NOT_FOUND("账号不存在", "This account does not exist."),
  INVALID_THRESHOLD("threshold必须是数字", "threshold must be a number."),
  NAME_REQUIRED("需要 name", "name is required."),
  PLUGIN_KEY_NOT_CREATED(
      "未找到API密钥", "The Plug-in service has not created a key for you yet; log in again."),
  PATH_NOT_ENCODED("地址无效", "The path contains characters that must be percent-encoded."),

  // Usage, costs and quotas
  EXPORT_ALREADY_RUNNING("正在导出，请稍后再试", "An export is already running; try again shortly."),
  INVALID_EXPORT_FORMAT("format 必须是 csv 或 jsonl", "format must be csv or jsonl."),
  INVALID_PRICES("价目无效：{0}", "{0}"),
  INVALID_QUOTA_GRANT(
      "需要 model_name 和大于 0 的 quota",
      "model_name and a quota above 0 and at most 1,000,000,000 are required."),
  EXPIRES_AT_IN_THE_PAST("expires_at 必须在将来", "expires_at must be in the future."),
  ALL_ONLY_FOR_ADMINISTRATORS("只有管理员可以使用 all=1", "Only an administrator may use all=1."),
  STATEMENT_SUMMARY(
      "您的账号处理了 %d 个请求，来自 %d 人，共 %d 个 token，价值 %.2f 美元；您从他人的账号取用了 %.2f 美元；您每小时最多恢复 %s",
      "Your accounts served %d requests of %d people with %d tokens, worth %.2f USD; you used %.2f USD of others' accounts; you recover up to %s per hour."),
  STATEMENT_QUEUE_SHARE(
      "账号全部繁忙时，您的排队权重为 %.0f：基础 1，另加您共享的 %.0f 个账号各 1。账号所有者先于他人；空闲的位置给任何请求者",
      "When all accounts are busy, your share of the queue has weight %.0f: 1, plus 1 for each of the %.0f accounts that you share. The owner of an account goes first; idle accounts serve everybody at once."),
  TOO_MANY_STREAMS(
      "打开的页面过多（最多 {0} 个实时连接），请关闭一个",
      "You have {0} live streams open, which is the maximum; close a page."),
  NOT_A_REQUEST_ID(
      "request_id 必须是请求 id（x-request-id）",
      "request_id must be the id of a request, as in x-request-id."),
  INVALID_STATUS(
      "status 必须是 ok、failed 或 HTTP 状态码",
      "status must be ok, failed or an HTTP status such as 429."),
  INVALID_CURSOR(
      "cursor 必须是上一页的 next_cursor", "cursor must be the next_cursor of the page before."),
  INVALID_BUCKET("bucket 必须是 hour 或 day", "bucket must be hour or day."),
  REQUEST_BODY_NOT_STORED("没有保存这条请求的内容", "The body of this request was not stored."),
  REQUEST_BODIES_NOT_STORED(
      "未保存请求内容（USAGE_LOG_BODIES 未开启）", "Request bodies are not stored: USAGE_LOG_BODIES is off."),

  // All routes
  NOT_FOUND("没有找到", "Not found, or not yours."),
  BODY_EMPTY("请求体为空，应为一个 JSON 对象", "it is empty, but must be a JSON object"),
  BODY_NUMBER_TOO_LARGE("数字过大", "a number is too large"),
  BODY_INVALID_JSON("不是有效的 JSON：{0}", "no JSON: {0}"),
  BODY_NOT_JSON("不是有效的 JSON", "no JSON"),
  TYPE_OTHER("另一种类型", "of another type"),
  TYPE_BOOLEAN(" true 或 false", "true or false"),
  TYPE_WHOLE_NUMBER("整数（不过大）", "a whole number that is not too large"),
  TYPE_NUMBER("数字", "a number"),
  TYPE_TEXT("文本", "a text"),
  TYPE_LIST("列表", "a list"),
  TYPE_OBJECT(" JSON 对象", "a JSON object"),
  NUMBER_OUT_OF_RANGE("{0} 必须在 {1} 到 {2} 之间", "{0} must be a number from {1} to {2}."),
  NOT_TRUE_OR_FALSE("{0} 必须是 true 或 false", "{0} must be true or false."),
  NOT_A_TIME(
      "{0} 必须是 ISO 8601 时间", "{0} must be a time in ISO 8601, such as 2026-01-31T08:00:00Z."),
  INVALID_BODY("数据验证失败：{0}", "The body is not valid for this route ({0})."),
  BODY_NULL_IN_LIST("{0} 中有 null", "there is a null in {0}"),
  BODY_UNKNOWN_FIELD("没有名为 {0} 的字段", "there is no field {0}"),
  BODY_WRONG_TYPE("{0} 应为{1}", "{0} must be {1}"),
  BODY_WHOLE("请求体", "the body");

  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([0-9])}");

  private final String chinese;
  private final String english;

  MessageKey(String chinese, String english) {
    this.chinese = chinese;
    this.english = english;
  }

  /**
   * The text in both languages.
   *
   * @param arguments a {@link LocalizedText} is inserted in the language of the text
   */
  public LocalizedText text(@Nullable Object... arguments) {
    return new LocalizedText(
        fill(chinese, arguments, LocalizedText::zh), fill(english, arguments, LocalizedText::en));
  }

  private static String fill(
      String template, @Nullable Object[] arguments, Function<LocalizedText, String> language) {
    return PLACEHOLDER
        .matcher(template)
        .replaceAll(
            found -> {
              @Nullable Object argument = arguments[Integer.parseInt(found.group(1))];
              return Matcher.quoteReplacement(
                  argument instanceof LocalizedText text
                      ? language.apply(text)
                      : String.valueOf(argument));
            });
  }

  /** The texts with their placeholders. */
  public LocalizedText template() {
    return new LocalizedText(chinese, english);
  }
}
