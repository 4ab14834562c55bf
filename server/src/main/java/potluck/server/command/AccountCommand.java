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
        "Your accounts: list, add, test, enable, disable, share, unshare, reset, delete. ACCOUNT is an id, the beginning of one, or a name.",
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

  @Command(
      description = "Add an account; the credential is asked for, or read from standard input.")
  int add(
      @Mixin ApiCommandMixin asking,
      @Parameters(paramLabel = "PROVIDER") String provider,
      @Option(names = "--name", description = "its name") @Nullable String name,
      @Option(names = "--base-url", description = "address of your own server")
          @Nullable String baseUrl,
      @Option(names = "--models", split = ",", description = "its models, comma-separated")
          @Nullable List<String> models,
      @Option(
              names = "--shared",
              description = "share it; you confirm that its provider allows that")
          boolean shared)
      throws IOException {
    Map<String, Object> body = new HashMap<>();
    body.put("provider", provider);
    body.put("is_shared", shared ? 1 : 0);
    put(body, "name", name);
    put(body, "base_url", baseUrl);
    put(body, "models", models);
    body.put(
        "api_key", ConsoleInput.readSecret(CommandText.of("Credential of the account", "账号凭据")));
    return asking.run(
        api -> api.call("POST", ACCOUNTS, body).path("data"),
        account -> ConsoleOutput.table(List.of(account), COLUMNS));
  }

  private static void put(Map<String, Object> body, String name, @Nullable Object value) {
    if (value != null) {
      body.put(name, value);
    }
  }

  @Command(
      description = "Test an account with one short request; exit status 1 if it does not serve.")
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
              JsonNode result =
                  api.call("POST", accountPath(api, account) + "/test", body).path("data");
              served[0] = result.path("served").asBoolean();
              return result;
            },
            result ->
                ConsoleOutput.table(
                    List.of(result), "served", "model", "milliseconds", "status", "error"));
    return served[0] ? status : 1;
  }

  @Command(description = "Enable an account.")
  int enable(@Mixin ApiCommandMixin asking, @Parameters(paramLabel = "ACCOUNT") String account)
      throws IOException {
    return put(
        asking, account, "/status", "status", 1, CommandText.of("The account is enabled", "已启用"));
  }

  @Command(description = "Disable an account.")
  int disable(@Mixin ApiCommandMixin asking, @Parameters(paramLabel = "ACCOUNT") String account)
      throws IOException {
    return put(
        asking, account, "/status", "status", 0, CommandText.of("The account is disabled", "已停用"));
  }

  @Command(
      description = "Share an account with everybody; you confirm that its provider allows that.")
  int share(@Mixin ApiCommandMixin asking, @Parameters(paramLabel = "ACCOUNT") String account)
      throws IOException {
    return put(
        asking, account, "/type", "is_shared", 1, CommandText.of("The account is shared", "已共享"));
  }

  @Command(description = "Stop sharing an account.")
  int unshare(@Mixin ApiCommandMixin asking, @Parameters(paramLabel = "ACCOUNT") String account)
      throws IOException {
    return put(
        asking,
        account,
        "/type",
        "is_shared",
        0,
        CommandText.of("The account is only yours", "已设为专属"));
  }

  @Command(description = "Reset the standing of an account and enable it.")
  int reset(@Mixin ApiCommandMixin asking, @Parameters(paramLabel = "ACCOUNT") String account)
      throws IOException {
    return put(
        asking, account, "/status", "status", 1, CommandText.of("The account is ready", "已重置"));
  }

  @Command(description = "Delete an account.")
  int delete(@Mixin ApiCommandMixin asking, @Parameters(paramLabel = "ACCOUNT") String account)
      throws IOException {
    return asking.runAndConfirm(
        api -> api.call("DELETE", accountPath(api, account), null),
        CommandText.of("The account is deleted", "已删除"));
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
