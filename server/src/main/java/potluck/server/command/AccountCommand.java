package potluck.server.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./potluck account}: the user's accounts in the pool. */
@Command(
    name = "account",
    description =
        "Your accounts: list, add, test, enable, disable, share, unshare, reset, delete. One is"
            + " named by its id, the beginning of it, or its name.",
    mixinStandardHelpOptions = true)
final class AccountCommand {
  private static final String ACCOUNTS = "/api/plugin-api/accounts";
  private static final String[] COLUMNS = {
    "cookie_id", "name", "provider", "status", "is_shared", "standing"
  };

  @Command(description = "Show your accounts.")
  int list(@Mixin ApiCommandMixin asking) throws IOException {
    return asking.run(
        api -> api.get(ACCOUNTS).path("data"), accounts -> ConsoleOutput.table(accounts, COLUMNS));
  }

  @Command(description = "Bring an account; its credential is asked for, or read.")
  int add(
      @Mixin ApiCommandMixin asking,
      @Parameters(paramLabel = "PROVIDER") String provider,
      @Option(names = "--name", description = "how it is called here") @Nullable String name,
      @Option(names = "--base-url", description = "where a server of your own is")
          @Nullable String baseUrl,
      @Option(names = "--models", split = ",", description = "that it serves, comma list")
          @Nullable List<String> models,
      @Option(names = "--shared", description = "your word that it may be shared, and is")
          boolean shared)
      throws IOException {
    Map<String, Object> body = new HashMap<>();
    body.put("provider", provider);
    body.put("is_shared", shared ? 1 : 0);
    put(body, "name", name);
    put(body, "base_url", baseUrl);
    put(body, "models", models);
    body.put("api_key", ConsoleInput.readSecret("Credential of the account / 账号凭据"));
    return asking.run(
        api -> api.call("POST", ACCOUNTS, body).path("data"),
        account -> ConsoleOutput.table(List.of(account), COLUMNS));
  }

  private static void put(Map<String, Object> body, String name, @Nullable Object value) {
    if (value != null) {
      body.put(name, value);
    }
  }

  @Command(description = "Send one word through it; 1 where it does not serve.")
  int test(
      @Mixin ApiCommandMixin asking,
      @Parameters(paramLabel = "ACCOUNT") String account,
      @Option(names = "--model", description = "one of its models") @Nullable String model)
      throws IOException {
    boolean[] served = {false};
    int status =
        asking.run(
            api -> {
              Map<String, Object> body = new HashMap<>();
              put(body, "model", model);
              JsonNode tried =
                  api.call("POST", accountPath(api, account) + "/test", body).path("data");
              served[0] = tried.path("served").asBoolean();
              return tried;
            },
            tried ->
                ConsoleOutput.table(
                    List.of(tried), "served", "model", "milliseconds", "status", "error"));
    return served[0] ? status : 1;
  }

  @Command(description = "Switch it on.")
  int enable(@Mixin ApiCommandMixin asking, @Parameters(paramLabel = "ACCOUNT") String account)
      throws IOException {
    return put(asking, account, "/status", "status", 1, "It is on / 已启用");
  }

  @Command(description = "Switch it off.")
  int disable(@Mixin ApiCommandMixin asking, @Parameters(paramLabel = "ACCOUNT") String account)
      throws IOException {
    return put(asking, account, "/status", "status", 0, "It is off / 已停用");
  }

  @Command(description = "Let everybody draw from it: your word that its provider allows that.")
  int share(@Mixin ApiCommandMixin asking, @Parameters(paramLabel = "ACCOUNT") String account)
      throws IOException {
    return put(asking, account, "/type", "is_shared", 1, "It is shared / 已共享");
  }

  @Command(description = "Keep it to yourself.")
  int unshare(@Mixin ApiCommandMixin asking, @Parameters(paramLabel = "ACCOUNT") String account)
      throws IOException {
    return put(asking, account, "/type", "is_shared", 0, "It is yours alone / 已设为专属");
  }

  @Command(description = "Forget what is held against it, and switch it on.")
  int reset(@Mixin ApiCommandMixin asking, @Parameters(paramLabel = "ACCOUNT") String account)
      throws IOException {
    return put(asking, account, "/status", "status", 1, "It is ready / 已重置");
  }

  @Command(description = "Take it away.")
  int delete(@Mixin ApiCommandMixin asking, @Parameters(paramLabel = "ACCOUNT") String account)
      throws IOException {
    return asking.runAndConfirm(
        api -> api.call("DELETE", accountPath(api, account), null), "It is gone / 已删除");
  }

  private static int put(
      ApiCommandMixin asking, String account, String where, String what, int value, String done)
      throws IOException {
    return asking.runAndConfirm(
        api -> api.call("PUT", accountPath(api, account) + where, Map.of(what, value)).path("data"),
        done);
  }

  private static String accountPath(ApiClient api, String account) throws IOException {
    List<String> found = new ArrayList<>();
    for (JsonNode each : api.get(ACCOUNTS).path("data")) {
      String id = each.path("cookie_id").asText();
      if (id.startsWith(account) || each.path("name").asText().equals(account)) {
        found.add(id);
      }
    }
    if (found.size() != 1) {
      throw new ApiClient.ApiRefusal(
          (found.isEmpty() ? "you have no account " : "you have several accounts ")
              + account
              + "; ./potluck account list shows their ids");
    }
    return ACCOUNTS + "/" + found.getFirst();
  }
}
