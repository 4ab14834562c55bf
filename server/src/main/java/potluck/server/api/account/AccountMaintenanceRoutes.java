package potluck.server.api.account;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Failure;
import potluck.gateway.account.Account;
import potluck.gateway.account.Accounts;
import potluck.gateway.provider.Catalogue;
import potluck.gateway.provider.CredentialSource;
import potluck.gateway.provider.NoCredential;
import potluck.gateway.provider.Provider;
import potluck.gateway.provider.Verdict;
import potluck.gateway.quota.Quotas;
import potluck.gateway.relay.NeutralProbe;
import potluck.server.http.AccessPolicy;
import potluck.server.http.ApiError;
import potluck.server.http.Envelope;
import potluck.server.http.HttpRoute;
import potluck.server.http.MessageKey;
import potluck.server.http.Request;

/** What an owner does with an account: change it, test it, switch a model off. */
final class AccountMaintenanceRoutes {
  private final Accounts accounts;
  private final AccountRoutes accountRoutes;
  private final AccountValidator forms;
  private final Catalogue catalogue;
  private final CredentialSource credentials;
  private final NeutralProbe probe;
  private final Quotas quotas;

  AccountMaintenanceRoutes(
      Accounts table,
      AccountRoutes accounts,
      AccountValidator forms,
      Catalogue catalogue,
      CredentialSource credentials,
      NeutralProbe probe,
      Quotas quotas) {
    this.quotas = quotas;
    this.accounts = table;
    this.accountRoutes = accounts;
    this.forms = forms;
    this.catalogue = catalogue;
    this.credentials = credentials;
    this.probe = probe;
  }

  List<HttpRoute> routes() {
    return List.of(
        new HttpRoute(
            "PUT", "/api/plugin-api/accounts/{cookie_id}", AccessPolicy.USER, this::update),
        new HttpRoute(
            "POST", "/api/plugin-api/accounts/{cookie_id}/test", AccessPolicy.USER, this::test),
        new HttpRoute(
            "PUT",
            "/api/plugin-api/accounts/{cookie_id}/quotas/{model}/status",
            AccessPolicy.USER,
            this::setModelStatus));
  }

  private void update(Request request) {
    AccountValidator.AccountFields given = request.body(AccountValidator.AccountFields.class);
    Account account = accountRoutes.getOwn(request);
    Accounts.Draft draft = forms.changedDraft(given, account);
    accounts.update(account.id().hex(), draft, !draft.secret().equals(account.secret()));
    Account now = accounts.find(account.id()).orElseThrow(AccountRoutes::notFound);
    request.json(Envelope.data(accountRoutes.show(now, AccountRoutes.pluginId(request))));
  }

  record TestRequest(@Nullable String model) {}

  record TestResult(
      boolean served,
      String model,
      long milliseconds,
      @Nullable Integer status,
      @Nullable String error) {}

  /** Sends one word and asks for one token, whatever the account's standing is. */
  private void test(Request request) {
    Account account = accountRoutes.getOwn(request);
    @Nullable String wanted =
        request.optionalBody(TestRequest.class).map(TestRequest::model).orElse(null);
    String model = wanted == null ? account.allModels().first() : wanted;
    if (!account.allModels().contains(model)) {
      throw new ApiError(400, MessageKey.ACCOUNT_WITHOUT_MODEL);
    }
    Provider provider = catalogue.find(account.provider()).orElseThrow();
    long start = System.nanoTime();
    Verdict verdict;
    try {
      verdict = probe.ask(credentials.current(account, provider), provider, model);
    } catch (NoCredential none) {
      verdict = none.verdict();
    }
    long took = (System.nanoTime() - start) / 1_000_000;
    if (verdict instanceof Verdict.Served) {
      quotas.confirmAccount(account.id(), List.of(model));
    }
    request.json(
        Envelope.data(
            switch (verdict) {
              case Verdict.Served _ -> new TestResult(true, model, took, 200, null);
              case Verdict.CallerFault fault -> failedTest(model, took, fault.failure());
              case Verdict.TryAnother another -> failedTest(model, took, another.failure());
              case Verdict.Gone _ -> new TestResult(false, model, took, null, null);
            }));
  }

  private static TestResult failedTest(String model, long took, Failure failure) {
    int status = failure.upstreamStatus();
    return new TestResult(false, model, took, status == 0 ? null : status, failure.message());
  }

  record StatusRequest(@Nullable Integer status) {}

  private void setModelStatus(Request request) {
    boolean on = AccountValidator.flag(request.body(StatusRequest.class).status(), "status");
    Account account = accountRoutes.getOwn(request);
    String model = request.value("model");
    if (!account.allModels().contains(model)) {
      throw new ApiError(404, MessageKey.ACCOUNT_MODEL_WITHOUT_QUOTA);
    }
    accounts.setModel(account.owner(), account.id().hex(), model, on);
    request.json(
        Envelope.message(
            request.localized(MessageKey.MODEL_STATUS_CHANGED),
            Map.of("cookie_id", account.id().hex(), "model_name", model, "status", on ? 1 : 0)));
  }
}
