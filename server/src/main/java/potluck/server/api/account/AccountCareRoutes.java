package potluck.server.api.account;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.Account;
import potluck.gateway.account.Accounts;
import potluck.gateway.provider.Catalogue;
import potluck.gateway.provider.Credentials;
import potluck.gateway.provider.NoCredential;
import potluck.gateway.provider.Provider;
import potluck.gateway.provider.Verdict;
import potluck.gateway.relay.NeutralProbe;
import potluck.server.http.ApiError;
import potluck.server.http.Json;
import potluck.server.http.Policy;
import potluck.server.http.Request;
import potluck.server.http.Route;

/** What an owner does about an account: change it, try it, switch a model of it off. */
final class AccountCareRoutes {
  private final Accounts table;
  private final AccountRoutes accounts;
  private final AccountForms forms;
  private final Catalogue catalogue;
  private final Credentials credentials;
  private final NeutralProbe probe;

  AccountCareRoutes(
      Accounts table,
      AccountRoutes accounts,
      AccountForms forms,
      Catalogue catalogue,
      Credentials credentials,
      NeutralProbe probe) {
    this.table = table;
    this.accounts = accounts;
    this.forms = forms;
    this.catalogue = catalogue;
    this.credentials = credentials;
    this.probe = probe;
  }

  List<Route> routes() {
    return List.of(
        new Route("PUT", "/api/plugin-api/accounts/{cookie_id}", Policy.USER, this::change),
        new Route("POST", "/api/plugin-api/accounts/{cookie_id}/test", Policy.USER, this::test),
        new Route(
            "PUT",
            "/api/plugin-api/accounts/{cookie_id}/quotas/{model}/status",
            Policy.USER,
            this::model));
  }

  private void change(Request request) {
    AccountForms.Given given = request.body(AccountForms.Given.class);
    Account account = accounts.own(request);
    Accounts.Draft draft = forms.changed(given, account);
    table.change(account.id().hex(), draft, !draft.secret().equals(account.secret()));
    Account now = table.find(account.id()).orElseThrow(AccountRoutes::missing);
    request.json(new AccountRoutes.Data(true, accounts.show(now, AccountRoutes.pluginId(request))));
  }

  record Try(@Nullable String model) {}

  record Tried(
      boolean served,
      String model,
      long milliseconds,
      @Nullable Integer status,
      @Nullable String error) {}

  /** Sends one word through it and wants one token back, whatever is held against it. */
  private void test(Request request) {
    Account account = accounts.own(request);
    byte[] body = request.body();
    @Nullable String wanted = body.length == 0 ? null : Json.read(body, Try.class).model();
    String model = wanted == null ? account.allModels().first() : wanted;
    if (!account.allModels().contains(model)) {
      throw new ApiError(400, "此账号没有该模型", "This account does not have that model.");
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
    request.json(
        new AccountRoutes.Data(
            true,
            switch (verdict) {
              case Verdict.Served _ -> new Tried(true, model, took, 200, null);
              case Verdict.CallerFault fault -> tried(model, took, fault.failure());
              case Verdict.TryAnother another -> tried(model, took, another.failure());
              case Verdict.Gone _ -> new Tried(false, model, took, null, null);
            }));
  }

  private static Tried tried(String model, long took, potluck.dialect.model.Failure failure) {
    int status = failure.upstreamStatus();
    return new Tried(false, model, took, status == 0 ? null : status, failure.message());
  }

  record Status(@Nullable Integer status) {}

  private void model(Request request) {
    boolean on = AccountForms.flag(request.body(Status.class).status(), "status");
    Account account = accounts.own(request);
    String model = request.value("model");
    if (!account.allModels().contains(model)) {
      throw new ApiError(404, "配额记录不存在", "This account does not have that model.");
    }
    table.setModel(account.owner(), account.id().hex(), model, on);
    request.json(
        new AccountRoutes.Message(
            true,
            request.said("配额状态已更新", "The model's status was changed."),
            Map.of("cookie_id", account.id().hex(), "model_name", model, "status", on ? 1 : 0)));
  }
}
