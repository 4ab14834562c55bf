package potluck.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Route;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The sentence at the top of Home. */
class HomeIT {
  private static final ConsoleRoute HOME = new ConsoleRoute("/", "page-home", "member");

  /** A forecast also says when a quota that is not empty yet is usable again after it was empty. */
  @ParameterizedTest(name = "{0} left")
  @CsvSource({"1.6000, You can ask now.", "0.0000, Your quota for claude is empty until"})
  void homeSaysWhetherTheQuotaIsEmptyNow(String left, String sentence) {
    try (Tab tab = Tab.open(Scene.shared().url(), Look.ENGLISH)) {
      tab.page()
          .route(
              "**/api/usage/forecast",
              route -> {
                APIResponse answer = route.fetch();
                String body = withQuota(answer.text(), left);
                route.fulfill(new Route.FulfillOptions().setResponse(answer).setBody(body));
              });
      tab.logIn(Scene.MEMBER, Scene.PASSWORD);
      tab.go(HOME, "/?group=claude");
      tab.waitFor(HOME, "/");
      assertThat(tab.page().locator("page-home h1")).containsText(sentence);
    }
  }

  private static String withQuota(String forecasts, String left) {
    ObjectMapper json = new ObjectMapper();
    try {
      JsonNode all = json.readTree(forecasts);
      for (JsonNode each : all.findParents("usable_again_at")) {
        if (each.path("model_name").asText().equals("claude")) {
          ((ObjectNode) each).put("quota", left).put("usable_again_at", "2099-01-01T12:00:00Z");
        }
      }
      return json.writeValueAsString(all);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(forecasts, e);
    }
  }
}
