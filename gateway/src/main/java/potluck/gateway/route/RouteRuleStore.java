package potluck.gateway.route;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import potluck.gateway.store.ChangeFeed;
import potluck.gateway.store.ChangeFeed.Topic;
import potluck.gateway.store.SharedSettings;

/**
 * The operator's {@link RouteRules} in the database; a change applies on every node within two
 * seconds. Thread-safe.
 */
public final class RouteRuleStore {
  private static final Logger LOG = LoggerFactory.getLogger(RouteRuleStore.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<Map<String, Map<String, List<String>>>> FORM =
      new TypeReference<>() {};
  private static final String NAME = "routes";

  private final Jdbi jdbi;
  private final ChangeFeed changes;
  private volatile RouteRules rules = RouteRules.NONE;

  public RouteRuleStore(Jdbi jdbi, ChangeFeed changes) {
    this.jdbi = jdbi;
    this.changes = changes;
    changes.listen(
        change -> {
          if (change.topic() == Topic.SETTING && change.id().equals(NAME)) {
            load();
          }
        });
  }

  public RouteRules rules() {
    return rules;
  }

  public synchronized void load() {
    rules = jdbi.withHandle(RouteRuleStore::find);
  }

  /** Reads the rules inside a transaction. */
  public static RouteRules find(Handle handle) {
    return SharedSettings.findJson(handle, NAME).map(RouteRuleStore::parse).orElse(RouteRules.NONE);
  }

  public void set(RouteRules now) {
    changes.useTransaction(Topic.SETTING, NAME, handle -> write(handle, now));
  }

  /** Sets the rules inside the caller's transaction, and records the change. */
  public static void set(Handle handle, RouteRules now) {
    write(handle, now);
    ChangeFeed.record(handle, Topic.SETTING, NAME);
  }

  private static void write(Handle handle, RouteRules now) {
    SharedSettings.putJson(handle, NAME, toJson(now));
  }

  private static RouteRules parse(String json) {
    try {
      Map<String, Map<String, List<String>>> all = JSON.readValue(json, FORM);
      return new RouteRules(
          all.getOrDefault("aliases", Map.of()), all.getOrDefault("fallbacks", Map.of()));
    } catch (JsonProcessingException | IllegalArgumentException e) {
      LOG.error("the route rules in the database are invalid and are ignored: {}", e.getMessage());
      return RouteRules.NONE;
    }
  }

  private static String toJson(RouteRules rules) {
    try {
      return JSON.writeValueAsString(
          Map.of("aliases", rules.aliases(), "fallbacks", rules.fallbacks()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
