package potluck.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.Response;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a member's browser receives on a walk through all pages. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PrivacyIT {
  /** Keeps a copy of what the event stream sends: its answer never ends. */
  private static final String COPY_EVENTS =
      """
      window.events = '';
      const original = window.fetch;
      window.fetch = async (...request) => {
        const answer = await original(...request);
        if (!String(request[0]).startsWith('/api/live') || !answer.ok) return answer;
        const [own, copy] = answer.body.tee();
        copy.pipeThrough(new TextDecoderStream())
          .pipeTo(new WritableStream({write: text => { window.events += text; }})).catch(() => {});
        return new Response(own, {status: answer.status, headers: answer.headers});
      };
      """;

  private Scene scene;

  @BeforeAll
  void start() {
    scene = Scene.shared();
  }

  @Test
  void memberReceivesNoSecretAndLearnsNothingOfWhatOthersAsk() {
    List<Response> answers = new ArrayList<>();
    Map<String, String> bodies = new LinkedHashMap<>();
    try (Tab tab = Tab.open(scene.url(), Look.ENGLISH)) {
      tab.context().addInitScript(COPY_EVENTS);
      tab.page().reload();
      tab.page().onResponse(answers::add);
      tab.logIn(Scene.MEMBER, Scene.PASSWORD);
      for (ConsoleRoute route : ConsoleRoute.all()) {
        if (!route.isPublic() || route.path().equals("/status")) {
          tab.go(route, scene.address(route));
          bodies.put("page " + route.path(), tab.page().content());
          // Others use the pool meanwhile: an answer, and a refusal.
          scene.ask(Scene.CONSUMER, "claude-haiku-4-5", Scene.QUESTION);
          scene.ask(Scene.CONSUMER, "no-such-model", Scene.QUESTION);
        }
      }
      scene.ask(Scene.MEMBER, "claude-haiku-4-5", "hello");
      tab.page().waitForFunction("() => window.events.includes('event: request')");
      bodies.put("events", (String) tab.page().evaluate("window.events"));
      List.copyOf(answers)
          .forEach(answer -> bodies.merge(answer.url(), body(answer), String::concat));
    }
    assertThat(bodies.keySet()).anyMatch(url -> url.endsWith("/api/pool"));
    List<String> secrets = new ArrayList<>(scene.keysOfOthers(Scene.MEMBER));
    secrets.addAll(List.of(Scene.CREDENTIAL, Scene.CONSUMER, Scene.KEY_NAME, Scene.QUESTION));
    List<String> found = new ArrayList<>();
    bodies.forEach(
        (where, text) -> {
          for (String secret : secrets) {
            if (text.contains(secret)) {
              found.add(where + ": " + secret);
            }
          }
        });
    assertThat(found).isEmpty();
  }

  private static String body(Response answer) {
    if (answer.url().endsWith("/api/live") || answer.status() == 303) {
      return "";
    }
    try {
      return answer.text();
    } catch (PlaywrightException gone) {
      // The page was left before the answer was complete: it received nothing.
      return "";
    }
  }
}
