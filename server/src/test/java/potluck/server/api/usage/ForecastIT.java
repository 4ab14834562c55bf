package potluck.server.api.usage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import potluck.server.testing.TestServer;

/** What was left of a quota, what will be, and the rules by which it recovers. */
class ForecastIT {
  private final TestServer server = TestServer.shared();

  /** The last whole hour that was credited: ten minutes ago. */
  private final Instant step =
      Instant.now().minus(Duration.ofMinutes(10)).truncatedTo(ChronoUnit.SECONDS);

  @Test
  void historyAndForecastGoByHourlySteps() throws SQLException {
    String name = "u" + UUID.randomUUID().toString().substring(0, 12);
    String token = server.user(name);
    long user = server.call("GET", "/api/auth/me", token, null).json().path("id").asLong();
    String group = "group-" + name;
    createQuota(user, group);

    JsonNode history =
        server
            .call(
                "GET",
                "/api/usage/quota/history?group=" + group + "&from=" + step.minusSeconds(9000),
                token,
                null)
            .json()
            .path("data");
    assertThat(history.path("unit").asText()).isEqualTo("share");
    // Recovery was entered a minute ago, and is shown at the two hours at which it was due.
    assertThat(left(history.path("points"))).containsExactly(1.0, 0.2, 0.2, 0.5, 0.5, 0.8, 0.8);
    assertThat(history.at("/points/2/at").asText())
        .isEqualTo(history.at("/points/3/at").asText())
        .startsWith(step.minusSeconds(3600).toString().substring(0, 19));
    assertThat(server.call("GET", "/api/usage/quota/history?group=of-nobody", token, null).status())
        .isEqualTo(404);

    JsonNode forecast = server.call("GET", "/api/usage/forecast", token, null).json().at("/data/0");
    assertThat(forecast.path("quota").asText()).isEqualTo("0.8000");
    assertThat(forecast.path("next_step").asDouble()).isEqualTo(0.2);
    assertThat(Instant.parse(forecast.path("next_step_at").asText()))
        .isEqualTo(step.plusSeconds(3600));
    assertThat(left(forecast.path("points_if_rest"))).startsWith(0.8, 0.8, 1.0);
    assertThat(forecast.path("empty_at").isNull()).isTrue();

    JsonNode rules = server.call("GET", "/api/usage/rules", token, null).json().path("data");
    assertThat(forecast.at("/with_one_more/ceiling").asDouble())
        .isEqualTo(1 + rules.path("per_account").asDouble());
    assertThat(forecast.at("/with_one_more/rate").asDouble())
        .isEqualTo(0.3 + rules.path("per_account_rate").asDouble());
  }

  private static double[] left(JsonNode points) {
    double[] left = new double[points.size()];
    for (int i = 0; i < left.length; i++) {
      left[i] = points.get(i).path("left").asDouble();
    }
    return left;
  }

  /** Opened with 1.0000 of 1.0000, used 0.8000 two hours ago, recovered 0.3000 an hour since. */
  private void createQuota(long user, String group) throws SQLException {
    try (Connection connection = server.database().source().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "INSERT INTO quotas (user_id, model_group, balance, ceiling, rate, recovered_at)"
              + " VALUES (%d, '%s', 800000, 1000000, 300000, '%s')".formatted(user, group, step));
      entry(statement, user, group, "base", 1_000_000, "base", step.minusSeconds(90_000));
      entry(statement, user, group, "pool", -800_000, "used", step.minusSeconds(7000));
      entry(statement, user, group, "recovery", 600_000, "recovery", step.plusSeconds(540));
    }
  }

  private static void entry(
      Statement statement,
      long user,
      String group,
      String book,
      long amount,
      String why,
      Instant at)
      throws SQLException {
    UUID transfer = UUID.randomUUID();
    for (String each : new String[] {"user", book}) {
      statement.execute(
          "INSERT INTO entries (transfer, book, user_id, model_group, amount, why, at)"
              + " VALUES ('%s', '%s', %d, '%s', %d, '%s', '%s')"
                  .formatted(
                      transfer,
                      each,
                      user,
                      group,
                      each.equals("user") ? amount : -amount,
                      why,
                      at));
    }
  }
}
