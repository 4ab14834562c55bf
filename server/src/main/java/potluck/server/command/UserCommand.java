package potluck.server.command;

import static java.net.URLEncoder.encode;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./potluck user}: administration of users. */
@Command(
    name = "user",
    description = "Users: list, create, disable, enable, silence, trust, reset-link, sessions.",
    mixinStandardHelpOptions = true)
final class UserCommand {
  private static final int PAGE_SIZE = 200;

  private static final String[] COLUMNS = {
    "id", "username", "trust_level", "is_active", "is_silenced", "last_login_at"
  };

  @Command(description = "Show users.")
  int list(
      @Mixin ApiCommandMixin asking,
      @Option(names = "--search", defaultValue = "", description = "a part of the name")
          String search,
      @Option(names = "--limit", defaultValue = "50", description = "${DEFAULT-VALUE}") int limit,
      @Option(names = "--offset", defaultValue = "0", description = "${DEFAULT-VALUE}") int offset)
      throws IOException {
    return asking.run(
        api ->
            api.get(
                "/api/admin/users?limit=%d&offset=%d&search=%s"
                    .formatted(limit, offset, encode(search, UTF_8))),
        answer -> ConsoleOutput.table(answer.path("users"), COLUMNS));
  }

  @Command(description = "Add a user; without --password, a link lets them choose one.")
  int create(
      @Mixin ApiCommandMixin asking,
      @Parameters(paramLabel = "NAME") String name,
      @Option(
              names = "--password",
              description = "ask for a password, or read it from standard input")
          boolean password,
      @Option(names = "--trust", description = "0 to 9; 3 and above are administrators")
          @Nullable Integer trust)
      throws IOException {
    Map<String, Object> body = new HashMap<>(Map.of("username", name));
    if (password) {
      body.put("password", ConsoleInput.readSecret("Password for " + name));
    }
    if (trust != null) {
      body.put("trust_level", trust);
    }
    return asking.run(
        api -> {
          JsonNode user = api.call("POST", "/api/admin/users", body);
          if (!password && user instanceof ObjectNode made) {
            made.put("reset_link", createResetLink(api, user.path("id").asText()));
          }
          return user;
        },
        user -> {
          ConsoleOutput.table(List.of(user), COLUMNS);
          if (user.has("reset_link")) {
            System.out.println("They choose a password here: " + user.path("reset_link").asText());
          }
        });
  }

  @Command(description = "Disable a user: sessions, keys and running streams end.")
  int disable(@Mixin ApiCommandMixin asking, @Parameters(paramLabel = "USER") String user)
      throws IOException {
    return change(asking, user, "is_active", false);
  }

  @Command(description = "Enable a user.")
  int enable(@Mixin ApiCommandMixin asking, @Parameters(paramLabel = "USER") String user)
      throws IOException {
    return change(asking, user, "is_active", true);
  }

  @Command(description = "Forbid a user to call models; --off allows it again.")
  int silence(
      @Mixin ApiCommandMixin asking,
      @Parameters(paramLabel = "USER") String user,
      @Option(names = "--off", description = "allow it again") boolean off)
      throws IOException {
    return change(asking, user, "is_silenced", !off);
  }

  @Command(description = "Set the trust level of a user: 0 to 9.")
  int trust(
      @Mixin ApiCommandMixin asking,
      @Parameters(paramLabel = "USER") String user,
      @Parameters(paramLabel = "LEVEL") int level)
      throws IOException {
    return change(asking, user, "trust_level", level);
  }

  @Command(
      name = "reset-link",
      description = "Print a link to choose a new password; it works once, for a day.")
  int resetLink(@Mixin ApiCommandMixin asking, @Parameters(paramLabel = "USER") String user)
      throws IOException {
    return asking.run(
        api ->
            ConsoleOutput.JSON
                .createObjectNode()
                .put("url", createResetLink(api, findId(api, user))),
        answer -> System.out.println(answer.path("url").asText()));
  }

  @Command(description = "List a user's sessions; --end ends one of them.")
  int sessions(
      @Mixin ApiCommandMixin asking,
      @Parameters(paramLabel = "USER") String user,
      @Option(names = "--end", paramLabel = "ID", description = "the id of a session")
          @Nullable String end)
      throws IOException {
    return asking.run(
        api -> {
          String id = findId(api, user);
          if (end != null) {
            api.call("DELETE", "/api/admin/users/" + id + "/sessions/" + encode(end, UTF_8), null);
          }
          return api.get("/api/admin/users/" + id + "/sessions");
        },
        answer ->
            ConsoleOutput.table(
                answer.path("sessions"), "id", "address", "last_seen_at", "user_agent"));
  }

  private static int change(ApiCommandMixin asking, String user, String what, Object value)
      throws IOException {
    return asking.run(
        api -> api.call("PATCH", "/api/admin/users/" + findId(api, user), Map.of(what, value)),
        changed -> ConsoleOutput.table(List.of(changed), COLUMNS));
  }

  private static String createResetLink(ApiClient api, String id) throws IOException {
    String link =
        api.call("POST", "/api/admin/users/" + id + "/reset-link", null).path("url").asText();
    // It is complete if the server knows its PUBLIC_URL.
    return link.startsWith("/") ? api.url() + link : link;
  }

  /** A user is named by name or id; a name may consist of digits, so names are tried first. */
  private static String findId(ApiClient api, String user) throws IOException {
    int seen = 0;
    JsonNode users;
    do {
      users =
          api.get(
                  "/api/admin/users?limit=%d&offset=%d&search=%s"
                      .formatted(PAGE_SIZE, seen, encode(user, UTF_8)))
              .path("users");
      for (JsonNode each : users) {
        if (each.path("username").asText().equalsIgnoreCase(user)) {
          return each.path("id").asText();
        }
      }
      seen += users.size();
    } while (users.size() == PAGE_SIZE);
    if (user.matches("[0-9]{1,18}")) {
      return user;
    }
    throw new ApiClient.ApiRefusal(
        "there is no user " + user + "; ./potluck user list shows all users");
  }
}
