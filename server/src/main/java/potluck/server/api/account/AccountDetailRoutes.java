package potluck.server.api.account;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.Account;
import potluck.gateway.account.Accounts;
import potluck.server.http.AccessPolicy;
import potluck.server.http.ApiError;
import potluck.server.http.ApiJson;
import potluck.server.http.Envelope;
import potluck.server.http.HttpRoute;
import potluck.server.http.MessageKey;
import potluck.server.http.Request;

/** What AntiHub shows of a single account. */
final class AccountDetailRoutes {
  /** The project in the base URL of a Google Cloud account. */
  private static final Pattern PROJECT = Pattern.compile("/projects/([^/]+)");

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{4,28}[a-z0-9]");

  private final Accounts accounts;
  private final AccountRoutes accountRoutes;
  private final AccountValidator validator;

  AccountDetailRoutes(Accounts table, AccountRoutes accounts, AccountValidator forms) {
    this.validator = forms;
    this.accounts = table;
    this.accountRoutes = accounts;
  }

  List<HttpRoute> routes() {
    String one = "/api/plugin-api/accounts/{cookie_id}";
    return List.of(
        new HttpRoute("GET", one + "/credentials", AccessPolicy.USER, this::credentials),
        new HttpRoute("GET", one + "/detail", AccessPolicy.USER, this::detail),
        new HttpRoute("GET", one + "/projects", AccessPolicy.USER, this::projects),
        new HttpRoute("PUT", one + "/project-id", AccessPolicy.USER, this::project));
  }

  /** Credentials are never returned: a stolen access token must not reveal them. */
  private void credentials(Request request) {
    accountRoutes.getOwn(request);
    throw new ApiError(410, MessageKey.CREDENTIALS_NOT_READABLE);
  }

  /**
   * The details of an account.
   *
   * @param email always null, as are the tiers: providers are not asked for them
   */
  record Detail(
      String cookieId,
      String name,
      @Nullable String email,
      @Nullable String createdAt,
      @Nullable Boolean paidTier,
      @Nullable String subscriptionTier,
      @Nullable String subscriptionTierRaw) {}

  private void detail(Request request) {
    Account account = accountRoutes.getOwn(request);
    request.json(
        Envelope.data(
            new Detail(
                account.id().hex(),
                account.name(),
                null,
                ApiJson.millis(account.createdAt()),
                null,
                null,
                null)));
  }

  record Project(String projectId, String name) {}

  record Projects(
      String cookieId,
      @Nullable String currentProjectId,
      @Nullable String defaultProjectId,
      List<Project> projects) {}

  private void projects(Request request) {
    Account account = accountRoutes.getOwn(request);
    request.json(Envelope.data(toView(account, project(account).orElse(null))));
  }

  private static Projects toView(Account account, @Nullable String project) {
    return new Projects(
        account.id().hex(),
        project,
        project,
        project == null ? List.of() : List.of(new Project(project, project)));
  }

  private static Optional<String> project(Account account) {
    Matcher found = PROJECT.matcher(account.baseUrl());
    return found.find() ? Optional.of(found.group(1)) : Optional.empty();
  }

  record ProjectRequest(@Nullable String projectId) {}

  private void project(Request request) {
    @Nullable String wanted = request.body(ProjectRequest.class).projectId();
    Account account = accountRoutes.getOwn(request);
    if (project(account).isEmpty()) {
      throw new ApiError(400, MessageKey.ACCOUNT_WITHOUT_PROJECT);
    }
    if (wanted == null || !NAME.matcher(wanted).matches()) {
      throw new ApiError(400, MessageKey.INVALID_PROJECT_ID);
    }
    String base = PROJECT.matcher(account.baseUrl()).replaceFirst("/projects/" + wanted);
    accounts.update(
        account.id().hex(),
        validator.changedDraft(AccountValidator.AccountFields.withBaseUrl(base), account),
        false);
    request.json(Envelope.data(toView(account, wanted)));
  }
}
