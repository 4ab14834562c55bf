package potluck.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import potluck.kit.FakeUpstream;
import potluck.server.testing.TestServer;

/** From the link in the terminal to the first answer, and to the first request of a tool. */
class FirstRunIT {
  private static final String NAME = "ann";
  private static final LocatorAssertions.ContainsTextOptions SOON =
      new LocatorAssertions.ContainsTextOptions().setTimeout(30_000);

  @Test
  void firstRunLeadsFromTheLinkToAnAnswerAndToTheFirstRequestOfATool() throws IOException {
    TestBrowser.shared();
    TestServer server = freshServer();
    try (FakeUpstream provider = FakeUpstream.start();
        Tab tab = Tab.open(server.url(), Look.ENGLISH)) {
      createAdministrator(server, tab);
      bringAccount(provider, tab.page());
      askFirstQuestion(tab.page());
      useTheKey(server, tab.page());
      askInThePlayground(tab);
      assertThat(tab.takeProblems()).isEmpty();
    } finally {
      server.close();
    }
  }

  @Test
  void lookingAroundNeedsNoProvider() {
    TestBrowser.shared();
    TestServer server = freshServer();
    try (Tab tab = Tab.open(server.url(), Look.ENGLISH)) {
      createAdministrator(server, tab);
      button(tab.page(), "Just look around").click();
      askFirstQuestion(tab.page());
      assertThat(tab.takeProblems()).isEmpty();
    } finally {
      server.close();
    }
  }

  private static TestServer freshServer() {
    return TestServer.start(Map.of("ADMIN_USERNAME", "", "ADMIN_PASSWORD", ""));
  }

  private static void createAdministrator(TestServer server, Tab tab) {
    String token = server.gateway().firstStartSecrets().setupToken().orElseThrow();
    Page page = tab.page();
    page.navigate(server.url() + "/setup#" + token);
    assertThat(page.locator("h1")).hasText("Create the first administrator");
    page.getByLabel("User name").fill(NAME);
    page.getByLabel("Password").fill(Scene.PASSWORD);
    button(page, "Continue").click();
    assertThat(page.locator("h1")).hasText("Bring an account");
    assertThat(page.url()).doesNotContain(token);
  }

  private static void bringAccount(FakeUpstream provider, Page page) {
    button(page, "Bring an account").click();
    Locator dialog = page.locator("dialog[open]");
    dialog.getByText("OpenAI-compatible server").click();
    dialog
        .getByLabel("Address", new Locator.GetByLabelOptions().setExact(true))
        .fill(provider.address() + "/v1");
    dialog.getByLabel("API key").fill("sk-the-first-account");
    dialog.getByLabel("API key").blur();
    assertThat(dialog.getByRole(AriaRole.STATUS)).containsText("answered", SOON);
    dialog.locator("input[name=allowed]").check();
    dialog.locator("footer button.primary").click();
    assertThat(page.locator("h1")).hasText("Your first answer");
  }

  private static void askFirstQuestion(Page page) {
    assertThat(page.locator("h1")).hasText("Your first answer");
    button(page, "Ask").click();
    assertThat(page.locator("page-welcome")).containsText("It answered.", SOON);
    assertThat(page.locator("page-welcome .secret code")).containsText(Pattern.compile("^sk-"));
  }

  /** A tool sends a request with the key that the page shows; the page sees it arrive. */
  private static void useTheKey(TestServer server, Page page) {
    String key = page.locator(".secret code").innerText();
    assertThat(page.locator("#snippet")).containsText(key);
    Locator arrival = page.locator(".arrival");
    assertThat(arrival).containsText("Waiting");
    String question =
        "{\"model\":\"gpt-5\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";
    assertThat(server.call("POST", "/v1/chat/completions", key, question).status()).isEqualTo(200);
    assertThat(arrival).containsText("gpt-5", SOON);
  }

  private static void askInThePlayground(Tab tab) {
    Page page = tab.page();
    tab.go(new ConsoleRoute("/playground", "page-playground", "member"), "/playground");
    page.locator("#ask").fill("What is a potluck?");
    button(page, "Send").click();
    assertThat(page.locator(".turn").nth(1)).containsText("fake model", SOON);
    assertThat(page.locator("aside dl")).containsText("Request", SOON);
  }

  private static Locator button(Page page, String name) {
    return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true))
        .first();
  }
}
