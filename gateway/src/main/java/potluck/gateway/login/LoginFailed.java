package potluck.gateway.login;

/**
 * Thrown if an identity provider gives no identity, or one that is not valid. Used for control
 * flow, so it has no stack trace.
 */
public final class LoginFailed extends Exception {
  private final Reason reason;

  /** The reason, with its message to users. */
  public enum Reason {
    NOT_STARTED(
        "This login was not started in this browser, or was started more than ten minutes ago; start again.",
        "此登录不是在此浏览器中开始的，或已超过十分钟；请重新开始"),
    CODE_REFUSED(
        "The identity provider did not accept the code; start again.", "身份提供方不接受该授权码；请重新开始"),
    DENIED("The identity provider refused the login.", "身份提供方拒绝了此登录"),
    NO_SUBJECT("The identity provider did not identify the user.", "身份提供方没有说明用户身份"),
    UNREADABLE("The identity token cannot be read.", "身份令牌无法解析"),
    ALGORITHM("The identity token is signed in a way that is not accepted.", "身份令牌的签名算法不被接受"),
    KEY(
        "The identity token is signed with a key that its issuer does not name.",
        "身份令牌的签名密钥不属于其签发者"),
    SIGNATURE("The identity token's signature is wrong.", "身份令牌签名错误"),
    ISSUER("The response is from another issuer.", "回答来自其他签发者"),
    AUDIENCE("The identity token is for another audience.", "身份令牌的受众不符"),
    TIMES("The identity token has expired or is not valid yet.", "身份令牌已过期或尚未生效"),
    NONCE("The identity token belongs to another login.", "身份令牌属于另一次登录"),
    BAD_ENDPOINTS(
        "The identity provider's endpoints are missing or not https; its operator must fix that.",
        "身份提供方给出的地址不是 https 或缺失；需由其管理员修复"),
    UNREACHABLE("The identity provider cannot be reached; try again later.", "无法连接身份提供方；请稍后再试"),
    INVALID_RESPONSE(
        "The response of the identity provider is not valid; try again later.",
        "身份提供方的回答无法理解；请稍后再试");

    private final String english;
    private final String chinese;

    Reason(String en, String zh) {
      this.english = en;
      this.chinese = zh;
    }

    public String english() {
      return english;
    }

    public String chinese() {
      return chinese;
    }

    /**
     * Whether the identity provider is unreachable or broken, so that neither the user nor this
     * program is to blame.
     */
    public boolean isUnavailable() {
      return this == UNREACHABLE || this == INVALID_RESPONSE || this == BAD_ENDPOINTS;
    }
  }

  public LoginFailed(Reason reason) {
    super(reason.english(), null, false, false);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
