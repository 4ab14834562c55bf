package potluck.server.api.admin;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import potluck.server.backup.DoctorChecks.Finding;
import potluck.server.backup.LastBackup;
import potluck.server.http.AccessPolicy;
import potluck.server.http.HttpRoute;
import potluck.server.http.PhraseTable;
import potluck.server.http.Request;

/** {@code /api/admin/doctor} and {@code /api/admin/backup}: whether the server is in order. */
final class DoctorRoutes {
  private final Supplier<List<Finding>> checks;
  private final Supplier<Optional<LastBackup.Note>> lastBackup;
  private final PhraseTable chinese = PhraseTable.of("/commands.zh.txt");

  /**
   * @param checks may take some seconds
   */
  DoctorRoutes(Supplier<List<Finding>> checks, Supplier<Optional<LastBackup.Note>> lastBackup) {
    this.checks = checks;
    this.lastBackup = lastBackup;
  }

  List<HttpRoute> routes() {
    return List.of(
        new HttpRoute("GET", "/api/admin/doctor", AccessPolicy.AUDIT, this::doctor),
        new HttpRoute("GET", "/api/admin/backup", AccessPolicy.AUDIT, this::backup));
  }

  /** A text in both languages. */
  record Both(String en, String zh) {}

  /**
   * The result of one check.
   *
   * @param level ok or problem
   * @param what what was checked
   * @param says the result
   * @param fix what to do; null if nothing is wrong
   */
  record FindingView(String level, Both what, Both says, @Nullable Both fix) {}

  record FindingList(List<FindingView> findings) {}

  /** One at a time: a check reads the whole ledger. */
  private synchronized void doctor(Request request) {
    request.json(new FindingList(checks.get().stream().map(this::show).toList()));
  }

  private FindingView show(Finding finding) {
    return new FindingView(
        finding.well() ? "ok" : "problem",
        both(finding.what()),
        both(finding.says()),
        finding.fix().isEmpty() ? null : both(finding.fix()));
  }

  private Both both(String english) {
    return new Both(english, chinese.translate(english));
  }

  record BackupView(LastBackup.@Nullable Note backup) {}

  private void backup(Request request) {
    request.json(new BackupView(lastBackup.get().orElse(null)));
  }
}
