package potluck.server.api.account;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.Account;
import potluck.gateway.account.Accounts;
import potluck.server.http.AccessPolicy;
import potluck.server.http.ApiError;
import potluck.server.http.HttpRoute;
import potluck.server.http.MessageKey;
import potluck.server.http.Request;

/** Export and import of many accounts. An export has no credentials. */
final class AccountFileRoutes {
  private static final int MAX_ACCOUNTS = 1000;

  private final Accounts accounts;
  private final AccountValidator forms;
  private final AccountLimitCheck limitCheck;

  AccountFileRoutes(Accounts accounts, AccountValidator forms, AccountLimitCheck bound) {
    this.limitCheck = bound;
    this.accounts = accounts;
    this.forms = forms;
  }

  List<HttpRoute> routes() {
    return List.of(
        new HttpRoute("GET", "/api/plugin-api/accounts-file", AccessPolicy.USER, this::exportFile),
        new HttpRoute(
            "POST", "/api/plugin-api/accounts-file", AccessPolicy.USER, this::importFile));
  }

  /** An account in an export, without its credential. */
  record ExportedAccount(
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

  private void exportFile(Request request) {
    List<Account> all = accounts.findByOwner(request.caller().user().id());
    @Nullable String format = request.query("format");
    boolean csv = "csv".equals(format);
    if (format != null && !csv && !format.equals("json")) {
      throw new ApiError(422, MessageKey.NOT_JSON_OR_CSV);
    }
    if (csv) {
      request.send(200, "text/csv; charset=utf-8", AccountCsv.write(all).getBytes(UTF_8));
      return;
    }
    request.json(
        Map.of(
            "accounts",
            all.stream()
                .map(
                    account ->
                        new ExportedAccount(
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

  record ImportRequest(@Nullable List<AccountValidator.AccountFields> accounts) {}

  /**
   * The result for one account.
   *
   * @param line from 1
   */
  record ImportedLine(int line, boolean ok, @Nullable String cookieId, @Nullable String error) {}

  record FileImportResult(boolean success, boolean dryRun, int added, List<ImportedLine> lines) {}

  /** Each account is checked by itself: an invalid one does not stop the others. */
  private void importFile(Request request) {
    @Nullable String type = request.header("content-type");
    boolean csv = type != null && type.startsWith("text/csv");
    @Nullable List<AccountValidator.AccountFields> given =
        csv ? AccountCsv.read(request.body()) : request.body(ImportRequest.class).accounts();
    if (given == null || given.isEmpty() || given.size() > MAX_ACCOUNTS) {
      throw new ApiError(400, MessageKey.ACCOUNTS_COUNT_OUT_OF_RANGE, MAX_ACCOUNTS);
    }
    boolean dryRun = request.isQueryOn("dry_run");
    List<ImportedLine> results = new ArrayList<>();
    for (AccountValidator.AccountFields each : given) {
      int count = dryRun ? (int) results.stream().filter(ImportedLine::ok).count() : 0;
      results.add(importOne(request, results.size() + 1, each, dryRun, count));
    }
    int added = (int) results.stream().filter(line -> line.cookieId() != null).count();
    request.json(new FileImportResult(true, dryRun, added, results));
  }

  private ImportedLine importOne(
      Request request, int line, AccountValidator.AccountFields given, boolean dryRun, int count) {
    try {
      long owner = request.caller().user().id();
      limitCheck.checkRoom(owner, count);
      Accounts.Draft draft = forms.newDraft(given, owner);
      return new ImportedLine(line, true, dryRun ? null : accounts.add(draft).id().hex(), null);
    } catch (ApiError e) {
      return new ImportedLine(line, false, null, e.text().in(request.language()));
    }
  }
}
