package potluck.server.importing;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import potluck.gateway.account.Secret;

/** Channels of one-api and new-api as accounts: one account for each key. For one thread. */
final class ChannelReader {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String COMPATIBLE = "openai-compatible";
  private static final List<String> COLUMNS =
      List.of(
          "id",
          "type",
          "key",
          "status",
          "name",
          "weight",
          "base_url",
          "models",
          "group",
          "model_mapping",
          "priority",
          "channel_info");

  private final SourceTables tables;
  private final ChannelTypes types;

  ChannelReader(SourceTables rows, ChannelTypes channels) {
    this.tables = rows;
    this.types = channels;
  }

  void read(ImportSource.Sink sink) throws IOException {
    tables.each("channels", COLUMNS, row -> channel(row, sink));
  }

  private record Target(String provider, String baseUrl, List<String> remarks) {}

  private void channel(SourceRow row, ImportSource.Sink sink) {
    String label = row.text("name", "channel") + " (channel " + row.text("id") + ")";
    int type = (int) row.number("type");
    Optional<String> never = types.findUnsupported(type);
    if (never.isPresent()) {
      sink.skip(label, never.get());
      return;
    }
    String given = row.text("base_url", "").strip().replaceAll("/+$", "");
    Optional<Target> where = findTarget(type, given);
    if (where.isEmpty()) {
      sink.skip(label, "its type " + type + " is unknown and it has no base_url; add it by hand");
      return;
    }
    Map<String, String> mapping;
    try {
      mapping = readMapping(row.text("model_mapping", ""));
    } catch (JsonProcessingException e) {
      sink.skip(label, "its model_mapping is not a JSON object of texts; correct it there");
      return;
    }
    List<String> models = NewApiSource.list(row.text("models", ""), ",");
    List<String> keys = keys(row.text("key", ""));
    if (keys.stream().allMatch(String::isEmpty)) {
      sink.skip(label, "it has no key");
    }
    List<String> remarks = new ArrayList<>(where.get().remarks());
    if (!row.text("group", "default").equals("default")) {
      remarks.add("groups of channels are not imported");
    }
    Set<Integer> off = disabledKeys(row.text("channel_info", ""));
    Map<String, String> mapped = new LinkedHashMap<>(mapping);
    mapped.keySet().retainAll(models);
    Map<String, Boolean> on = new LinkedHashMap<>();
    for (int i = 0; i < keys.size(); i++) {
      if (!keys.get(i).isEmpty()) {
        on.merge(keys.get(i), !off.contains(i), Boolean::logicalOr);
      }
    }
    int number = 0;
    for (Map.Entry<String, Boolean> key : on.entrySet()) {
      number++;
      sink.accept(
          new SourceRecord.SourceAccount(
              // By the key itself, because keys may be inserted or removed there.
              row.text("id") + "." + ImportMappings.shortDigest(key.getKey()),
              null,
              null,
              where.get().provider(),
              row.text("name", "channel " + row.text("id")) + (on.size() == 1 ? "" : " " + number),
              where.get().baseUrl(),
              new Secret(key.getKey()),
              models.stream().filter(model -> !mapped.containsKey(model)).toList(),
              mapped,
              null,
              row.number("status", 1) == 1 && key.getValue(),
              Math.clamp(row.number("priority"), -1000, 1000),
              Math.clamp(row.number("weight"), 1, 1000),
              0,
              remarks));
    }
  }

  /** Empty if the address is unknown. */
  private Optional<Target> findTarget(int type, String given) {
    Optional<ChannelTypes.TypeTarget> known = types.find(type);
    if (known.isEmpty()) {
      return given.isEmpty()
          ? Optional.empty()
          : Optional.of(
              new Target(
                  COMPATIBLE,
                  withVersion(given, "/v1"),
                  List.of(
                      "type "
                          + type
                          + " is unknown and was imported as OpenAI-compatible; test it")));
    }
    ChannelTypes.TypeTarget target = known.get();
    if (given.isEmpty()) {
      boolean unsupported =
          target.baseUrl().isEmpty() && (type == 8 || target.provider().equals("azure-openai"));
      return unsupported || (target.baseUrl().isEmpty() && target.provider().equals(COMPATIBLE))
          ? Optional.empty()
          : Optional.of(new Target(target.provider(), target.baseUrl(), List.of()));
    }
    return Optional.of(
        new Target(
            target.providerAtOtherAddress(), withVersion(given, target.version()), List.of()));
  }

  /** Both programs append the version to an address; some people include it. */
  private static String withVersion(String given, String version) {
    if (version.isEmpty()) {
      return given.replaceAll("/v[0-9]+(beta)?$", "");
    }
    String base = given.replaceAll("/chat/completions$", "");
    return base.matches(".*/v[0-9]+(beta)?(/openai)?") ? base : base + version;
  }

  private static Map<String, String> readMapping(String json) throws JsonProcessingException {
    Map<String, String> mapping = new LinkedHashMap<>();
    if (!json.isBlank()) {
      JsonNode object = JSON.readTree(json);
      if (!object.isObject()) {
        throw new JsonParseException(null, "not an object");
      }
      for (Map.Entry<String, JsonNode> entry : object.properties()) {
        mapping.put(entry.getKey(), entry.getValue().asText());
      }
    }
    return mapping;
  }

  /** Positions of the keys of a channel that are disabled. */
  private static Set<Integer> disabledKeys(String json) {
    Set<Integer> off = new HashSet<>();
    try {
      for (Map.Entry<String, JsonNode> key :
          JSON.readTree(json).path("multi_key_status_list").properties()) {
        if (key.getValue().asInt() != 1 && key.getKey().matches("[0-9]{1,6}")) {
          off.add(Integer.valueOf(key.getKey()));
        }
      }
    } catch (JsonProcessingException e) {
      // Then none is disabled.
    }
    return off;
  }

  /**
   * One per line, or a JSON array. Positions are kept, because disabled keys are listed by
   * position.
   */
  private static List<String> keys(String text) {
    if (text.strip().startsWith("[")) {
      try {
        List<String> keys = new ArrayList<>();
        for (JsonNode key : JSON.readTree(text)) {
          keys.add(key.isTextual() ? key.asText() : key.toString());
        }
        return keys;
      } catch (JsonProcessingException e) {
        return List.of();
      }
    }
    return Arrays.stream(text.strip().split("\n")).map(String::strip).toList();
  }
}
