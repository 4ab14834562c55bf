package potluck.browser;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A browser tab with the console, and all that went wrong in it: errors and warnings on the
 * browser's console, violations of the content security policy, and requests that failed. One
 * thread only.
 */
final class Tab implements AutoCloseable {
  /** Milliseconds that a page may take; the machine may be busy. */
  private static final double PATIENCE = 20_000;

  private static final String REPORT_VIOLATIONS =
      "addEventListener('securitypolicyviolation', event => console.error("
          + "'content security policy: ' + event.violatedDirective + ' ' + event.blockedURI));";

  /** Whether the page of an address is drawn, with its data. */
  private static final String DRAWN =
      """
      ({path, tag}) => {
        const frame = document.querySelector('potluck-console');
        if (frame?.place?.path !== path || frame.isUpdatePending) return false;
        const page = frame.querySelector(tag);
        if (!page) return frame.querySelector('main h1') !== null;
        const loads = 'loadedAt' in page;
        return !page.isUpdatePending && page.querySelector('h1') !== null
          && (!loads || page.data !== undefined || page.error !== undefined);
      }
      """;

  private final String url;
  private final BrowserContext context;
  private final List<String> problems = new ArrayList<>();
  private final Page page;

  private Tab(String url, BrowserContext context) {
    this.url = url;
    this.context = context;
    this.page = context.newPage();
    page.setDefaultTimeout(PATIENCE);
    page.onConsoleMessage(this::note);
    page.onPageError(error -> problems.add("exception: " + error));
    page.onRequestFailed(this::note);
    page.onResponse(this::note);
  }

  /** Opens a window of its own, without cookies, and the log-in page in it. */
  static Tab open(String url, Look look) {
    BrowserContext context = TestBrowser.shared().newContext(look.options());
    context.addInitScript(REPORT_VIOLATIONS);
    Tab tab = new Tab(url, context);
    tab.page.navigate(url + "/console/");
    return tab;
  }

  /** Opens a window and logs in by the form. */
  static Tab open(String url, Look look, String user) {
    Tab tab = open(url, look);
    tab.logIn(user, Scene.PASSWORD);
    return tab;
  }

  /** Opens another tab in the same window, with the same cookies. */
  Tab another() {
    return new Tab(url, context);
  }

  /** Fills in the form of the log-in page, and waits for the frame of the console. */
  void logIn(String user, String password) {
    page.locator("input[name=username]").fill(user);
    page.locator("input[name=password]").fill(password);
    page.locator("page-login button.primary").click();
    page.waitForSelector(".shell");
  }

  /** Goes to a page by its address, without loading the console again, and waits for its data. */
  void go(ConsoleRoute route, String address) {
    page.evaluate("address => { location.hash = address }", address);
    waitFor(route, address);
  }

  /** Waits until the page of an address is drawn with its data. */
  void waitFor(ConsoleRoute route, String address) {
    String path = address.split("\\?", 2)[0];
    page.waitForFunction(DRAWN, Map.of("path", path, "tag", route.tag()));
  }

  /** The heading of the page that is shown. */
  String heading() {
    return page.locator("h1").first().innerText().strip();
  }

  /** What the console's page is, for everything that has no method here. */
  Page page() {
    return page;
  }

  BrowserContext context() {
    return context;
  }

  /** What went wrong since the last call. */
  List<String> takeProblems() {
    List<String> taken = List.copyOf(problems);
    problems.clear();
    return taken;
  }

  private void note(ConsoleMessage message) {
    // A request that fails has its own line below.
    boolean serious = message.type().equals("error") || message.type().equals("warning");
    if (serious && !message.text().startsWith("Failed to load resource")) {
      problems.add(message.type() + ": " + message.text());
    }
  }

  private void note(Request request) {
    // A page that is left ends its requests.
    if (!String.valueOf(request.failure()).contains("ERR_ABORTED")) {
      problems.add("no answer: " + request.method() + " " + request.url());
    }
  }

  private void note(Response response) {
    if (response.status() >= 400) {
      problems.add(response.status() + ": " + response.request().method() + " " + response.url());
    }
  }

  /** Closes the window with all its tabs. */
  @Override
  public void close() {
    context.close();
  }
}
