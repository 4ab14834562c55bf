package potluck.browser;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** How much the console transfers, and that it asks for it early. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BudgetIT {
  private static final int MAX_BYTES = 150_000;
  private static final int MAX_FIRST_PAGE_BYTES = 40_000;
  private static final int MAX_FIRST_PAGE_REQUESTS = 20;

  /** The file that a module imports when it is loaded; also in minified text. */
  private static final Pattern STATIC =
      Pattern.compile(
          "(?:^|[;}\\n])\\s*(?:import|export)\\s*(?:[\\w*{}\\s,$]+\\bfrom\\s*)?[\"']([^\"']+)[\"']");

  private static final Pattern DYNAMIC = Pattern.compile("\\bimport\\(\"([^\"]+)\"\\)");
  private static final Pattern MAPPED = Pattern.compile("\"([^\"]+)\": \"(\\./vendor/[^\"]+)\"");
  private static final Pattern PRELOAD =
      Pattern.compile("<link rel=\"modulepreload\" href=\"([^\"]+)\">");

  private Scene scene;
  private Map<String, String> importMap;
  private String index;

  @BeforeAll
  void start() throws IOException {
    scene = Scene.shared();
    index = Files.readString(ConsoleRoute.WEB.resolve("index.html"));
    importMap =
        MAPPED
            .matcher(index)
            .results()
            .collect(Collectors.toMap(found -> found.group(1), found -> found.group(2)));
  }

  @Test
  void consoleIsSmall() {
    Map<String, Integer> sizes = new LinkedHashMap<>();
    for (String path : modules("app.js", true)) {
      sizes.put(path, get(path, true).body().length);
    }
    sizes.put("index.html", get("", true).body().length);
    sizes.put("console.css", get("console.css", true).body().length);
    int sum = sizes.values().stream().mapToInt(Integer::intValue).sum();
    assertThat(sum).as("bytes: " + sizes).isLessThanOrEqualTo(MAX_BYTES);
  }

  @Test
  void everyScriptIsLoadedBySomePage() throws IOException {
    try (Stream<Path> files = Files.walk(ConsoleRoute.WEB)) {
      assertThat(
              files
                  .map(file -> ConsoleRoute.WEB.relativize(file).toString())
                  .filter(path -> path.endsWith(".js")))
          .isSubsetOf(modules("app.js", true));
    }
  }

  @Test
  void indexPreloadsWhatTheFrameImports() {
    Set<String> preloaded =
        PRELOAD.matcher(index).results().map(found -> found.group(1)).collect(Collectors.toSet());
    Set<String> imported = modules("app.js", false);
    imported.remove("app.js");
    assertThat(preloaded).containsExactlyInAnyOrderElementsOf(imported);
  }

  @Test
  void firstPageNeedsFewBytesAndRequests() {
    try (Tab tab = Tab.open("about:blank#", Look.ENGLISH)) {
      List<Response> answers = new ArrayList<>();
      tab.page().onResponse(answers::add);
      tab.page().navigate(scene.url() + "/console/");
      tab.page().waitForSelector("page-login h1");
      assertSmall("log-in", answers);
      tab.logIn(Scene.MEMBER, Scene.PASSWORD);
      tab.waitFor(new ConsoleRoute("/", "page-home", "member"), "/");
      // Home, as with an empty cache.
      tab.context().newCDPSession(tab.page()).send("Network.clearBrowserCache");
      answers.clear();
      tab.page().reload();
      tab.waitFor(new ConsoleRoute("/", "page-home", "member"), "/");
      assertSmall("home", answers);
    }
  }

  private static void assertSmall(String page, List<Response> answers) {
    Map<String, Integer> sizes = new LinkedHashMap<>();
    Predicate<Response> isStatic = answer -> answer.url().contains("/console/");
    answers.stream()
        .filter(isStatic)
        .forEach(answer -> sizes.put(answer.url(), answer.request().sizes().responseBodySize));
    int sum = sizes.values().stream().mapToInt(Integer::intValue).sum();
    assertThat(sum).as(page + " bytes: " + sizes).isBetween(10_000, MAX_FIRST_PAGE_BYTES);
    assertThat(sizes).as(page + " requests").hasSizeLessThanOrEqualTo(MAX_FIRST_PAGE_REQUESTS);
  }

  /** The paths of a module and of all that it imports, directly or not. */
  private Set<String> modules(String start, boolean dynamic) {
    Set<String> all = new TreeSet<>();
    List<String> unread = new ArrayList<>(List.of(start));
    while (!unread.isEmpty()) {
      String path = unread.removeLast();
      if (!all.add(path)) {
        continue;
      }
      String text = new String(get(path, false).body(), UTF_8);
      imports(text, STATIC).forEach(each -> unread.add(resolve(path, each)));
      if (dynamic) {
        imports(text, DYNAMIC).forEach(each -> unread.add(resolve(path, each)));
      }
    }
    return all;
  }

  private static List<String> imports(String text, Pattern pattern) {
    return pattern.matcher(text).results().map(found -> found.group(1)).toList();
  }

  /** The path below {@code /console/} of what a module imports. */
  private String resolve(String from, String name) {
    if (name.startsWith(".")) {
      return URI.create("/" + from).resolve(name).getPath().substring(1);
    }
    return importMap.entrySet().stream()
        .filter(each -> isMapped(name, each.getKey()))
        .map(each -> each.getValue().substring(2) + name.substring(each.getKey().length()))
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " is not in the import map"));
  }

  private static boolean isMapped(String name, String key) {
    return key.endsWith("/") ? name.startsWith(key) : name.equals(key);
  }

  private HttpResponse<byte[]> get(String path, boolean zipped) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(scene.url() + "/console/" + path));
    if (zipped) {
      request.header("Accept-Encoding", "gzip");
    }
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<byte[]> answer =
          client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      assertThat(answer.statusCode()).as(path).isEqualTo(200);
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
