package potluck.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import potluck.server.testing.TestServer;

/** What a page shows while things change, while the server is away, and while it is slow. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LivePagesIT {
  private static final ConsoleRoute POOL = new ConsoleRoute("/pool", "page-pool", "member");
  private static final Pattern LIVE = Pattern.compile("^Live · ");
  private static final LocatorAssertions.ContainsTextOptions SOON =
      new LocatorAssertions.ContainsTextOptions().setTimeout(30_000);

  private Scene scene;
  private Tab tab;

  @BeforeAll
  void start() {
    scene = Scene.shared();
  }

  @BeforeEach
  void open() {
    tab = Tab.open(scene.url(), Look.ENGLISH, "eli");
    tab.go(POOL, "/pool");
  }

  @AfterEach
  void close() {
    tab.close();
  }

  @Test
  void poolShowsAStoppedAccountWithoutAReload() {
    assertThat(age()).containsText(LIVE, SOON);
    Locator standing = row("research").locator(".standing");
    assertThat(standing).hasText("Ready");
    // Only the stream can tell it now.
    tab.page().route("**/api/pool", Route::abort);
    setStatus("research", 0);
    assertThat(standing).containsText("Off", SOON);
    setStatus("research", 1);
    assertThat(standing).containsText("Ready", SOON);
  }

  @Test
  void dataStayWithTheirAgeWhileTheServerIsAway() {
    assertThat(age()).containsText(LIVE, SOON);
    scene.stop();
    assertThat(age()).containsText(Pattern.compile("^As of "), SOON);
    assertThat(row("research")).isVisible();
    scene.startAgain();
    assertThat(age()).containsText(LIVE, SOON);
  }

  @Test
  void hiddenTabHasNoConnectionOfItsOwn() {
    assertThat(age()).containsText(LIVE, SOON);
    show("hidden");
    assertThat(age()).containsText(Pattern.compile("^As of "), SOON);
    show("visible");
    assertThat(age()).containsText(LIVE, SOON);
  }

  @Test
  void pageThatFailsKeepsItsDataAndSaysHowOldTheyAre() {
    tab.page().route("**/api/pool", Route::abort);
    // The page renews its data when it is opened with another view.
    tab.page().evaluate("location.hash = '/pool?model=gpt-5'");
    assertThat(tab.page().locator(".asof.stale")).containsText("As of ", SOON);
    assertThat(row("azure-eu")).isVisible();
    tab.page().unroute("**/api/pool");
    tab.page().getByText("Try now").first().click();
    assertThat(age()).containsText(LIVE, SOON);
  }

  @Test
  void endOfASessionShowsTheLoginPage() {
    assertThat(age()).containsText(LIVE, SOON);
    long user = find("/api/admin/users?q=eli", "username", "eli").path("id").asLong();
    String sessions = "/api/admin/users/" + user + "/sessions";
    for (var session : call("GET", sessions, null).json().path("sessions")) {
      call("DELETE", sessions + "/" + session.path("id").asText(), null);
    }
    tab.page().waitForSelector("page-login input[name=password]");
    assertThat(tab.page().locator(".shell")).hasCount(0);
  }

  @Test
  void slowPageSaysNothingAtFirstAndThenThatItLoads() {
    tab.go(new ConsoleRoute("/keys", "page-keys", "member"), "/keys");
    List<Route> held = new ArrayList<>();
    tab.page().route("**/api/pool", held::add);
    tab.page()
        .evaluate(
            """
            () => {
              const began = performance.now();
              window.waits = new Promise(done => new MutationObserver(() => {
                const text = document.querySelector('page-pool')?.innerText;
                if (text) done([performance.now() - began, text]);
              }).observe(document.body, {childList: true, subtree: true}));
              location.hash = '/pool';
            }
            """);
    List<?> first = (List<?>) tab.page().evaluate("window.waits");
    assertThat(((Number) first.getFirst()).doubleValue()).isGreaterThanOrEqualTo(300);
    assertThat((String) first.getLast()).startsWith("Loading");
    held.forEach(Route::resume);
    tab.waitFor(POOL, "/pool");
    assertThat(row("research")).isVisible();
  }

  @Test
  void tabsThatAreReloadedAtOnceStayLoggedIn() {
    List<Page> pages = new ArrayList<>(List.of(tab.page()));
    while (pages.size() < 5) {
      Tab next = tab.another();
      next.page().navigate(scene.url() + "/console/#/keys");
      next.page().waitForSelector(".shell");
      pages.add(next.page());
    }
    pages.forEach(
        page -> page.evaluate("window.old = true; void setTimeout(() => location.reload())"));
    for (Page page : pages) {
      page.waitForFunction(
          "() => !window.old && document.querySelector('.shell, page-login h1') !== null");
      assertThat(page.locator(".shell")).hasCount(1);
    }
  }

  /** Tells the page that its tab is shown or hidden: a browser without a screen never hides one. */
  private void show(String state) {
    tab.page()
        .evaluate(
            """
            state => {
              Object.defineProperty(document, 'visibilityState', {configurable: true, value: state});
              document.dispatchEvent(new Event('visibilitychange'));
            }
            """,
            state);
  }

  private Locator age() {
    return tab.page().locator("page-pool .asof");
  }

  private Locator row(String account) {
    return tab.page()
        .locator("page-pool table.cards tbody tr")
        .filter(new Locator.FilterOptions().setHasText(account));
  }

  private void setStatus(String account, int status) {
    String id = find("/api/admin/accounts", "name", account).path("id").asText();
    TestServer.Response said =
        call("PUT", "/api/admin/accounts/" + id + "/status", "{\"status\":" + status + "}");
    assertThat(said.status()).isEqualTo(200);
  }

  private com.fasterxml.jackson.databind.JsonNode find(String path, String field, String value) {
    return call("GET", path, null).json().findParents(field).stream()
        .filter(each -> each.path(field).asText().equals(value))
        .findFirst()
        .orElseThrow();
  }

  private TestServer.Response call(
      String method, String path, @org.jspecify.annotations.Nullable String body) {
    return scene.server().call(method, path, scene.server().admin(), body);
  }
}
