package potluck.server.api.account;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.Account;
import potluck.gateway.account.Accounts;
import potluck.server.http.ApiError;
import potluck.server.http.Policy;
import potluck.server.http.Request;
import potluck.server.http.Route;

/** Many accounts at once: out as a file, without their credentials, and in again. */
final class AccountFileRoutes {
  private static final int MOST = 1000;

  private final Accounts accounts;
  private final AccountForms forms;
  private final AccountBound bound;

  AccountFileRoutes(Accounts accounts, AccountForms forms, AccountBound bound) {
    this.bound = bound;
    this.accounts = accounts;
    this.forms = forms;
  }

  List<Route> routes() {
    return List.of(
        new Route("GET", "/api/plugin-api/accounts-file", Policy.USER, this::out),
        new Route("POST", "/api/plugin-api/accounts-file", Policy.USER, this::in));
  }

  /** An account in a file: never its credential. */
  record Line(
      String provider,
      String name,
      String baseUrl,
      List<String> models,
      Map<String, String> modelMap,
      int isShared,
      int priority,
      int weight,
      int maxConcurrency,
      double reserve) {}

  private void out(Request request) {
    List<Account> all = accounts.of(request.caller().user().id());
    if ("csv".equals(request.query("format"))) {
      request.send(200, "text/csv; charset=utf-8", AccountCsv.write(all).getBytes(UTF_8));
      return;
    }
    request.json(
        Map.of(
            "accounts",
            all.stream()
                .map(
                    account ->
                        new Line(
                            account.provider(),
                            account.name(),
                            account.baseUrl(),
                            account.models(),
                            account.modelMap(),
                            account.shared() ? 1 : 0,
                            account.priority(),
                            account.weight(),
                            account.maxConcurrency(),
                            account.reserve()))
                .toList()));
  }

  record Given(@Nullable List<AccountForms.Given> accounts) {}

  /**
   * What became of one.
   *
   * @param line from 1
   */
  record Came(int line, boolean ok, @Nullable String cookieId, @Nullable String error) {}

  record Report(boolean success, boolean dryRun, int added, List<Came> lines) {}

  /** Each for itself: one that makes no sense keeps no other out. */
  private void in(Request request) {
    @Nullable String type = request.header("content-type");
    boolean csv = type != null && type.startsWith("text/csv");
    @Nullable List<AccountForms.Given> given =
        csv ? AccountCsv.read(request.body()) : request.body(Given.class).accounts();
    if (given == null || given.isEmpty() || given.size() > MOST) {
      throw new ApiError(
          400, "需要 accounts：1 到 " + MOST + " 个账号", "accounts must have 1 to " + MOST + " entries.");
    }
    boolean dry = request.on("dry_run");
    List<Came> came = new ArrayList<>();
    for (AccountForms.Given each : given) {
      int meant = dry ? (int) came.stream().filter(Came::ok).count() : 0;
      came.add(one(request, came.size() + 1, each, dry, meant));
    }
    int added = (int) came.stream().filter(line -> line.cookieId() != null).count();
    request.json(new Report(true, dry, added, came));
  }

  private Came one(Request request, int line, AccountForms.Given given, boolean dry, int meant) {
    try {
      long owner = request.caller().user().id();
      bound.room(owner, meant);
      Accounts.Draft draft = forms.draft(given, owner);
      return new Came(line, true, dry ? null : accounts.add(draft).id().hex(), null);
    } catch (ApiError e) {
      return new Came(line, false, null, e.text().in(request.header("accept-language")));
    }
  }
}
