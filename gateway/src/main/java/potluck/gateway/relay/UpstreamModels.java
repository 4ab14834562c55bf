package potluck.gateway.relay;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import potluck.dialect.wire.JsonTree;
import potluck.dialect.wire.MalformedException;
import potluck.gateway.account.Account;
import potluck.gateway.provider.Provider;
import potluck.gateway.upstream.Upstream;
import potluck.gateway.upstream.UpstreamFailed;
import potluck.gateway.upstream.UpstreamRequest;
import potluck.gateway.upstream.UpstreamResponse;

/** Asks a provider which models an account may use. Thread-safe. */
public final class UpstreamModels {
  private static final int MAX_RESPONSE_BYTES = 4 << 20;
  private static final int MAX_MODELS = 1000;
  private static final int MAX_NAME_LENGTH = 256;
  private static final String GEMINI_PREFIX = "models/";

  /** Parts of names of models that do not answer chat requests. */
  private static final List<String> OTHER_KINDS =
      List.of(
          "embed",
          "whisper",
          "tts",
          "audio",
          "dall-e",
          "image",
          "moderation",
          "realtime",
          "rerank",
          "transcribe",
          "veo",
          "imagen",
          "sora",
          "aqa",
          "babbage",
          "davinci",
          "live");

  /** Parts of names of cheap models. */
  private static final List<String> CHEAP = List.of("nano", "mini", "lite", "flash", "haiku", "8b");

  private final Upstream upstream;

  public UpstreamModels(Upstream upstream) {
    this.upstream = upstream;
  }

  /**
   * The models that the provider lists, sorted, at most 1,000; empty if it does not list them or
   * does not answer.
   *
   * @param account the account with its current credential
   */
  public List<String> list(Account account, Provider provider) {
    Optional<UpstreamRequest> request = provider.modelListRequest(account);
    if (request.isEmpty()) {
      return List.of();
    }
    try (UpstreamResponse response = upstream.send(request.get())) {
      return response.status() == 200 ? parse(response.readAll(MAX_RESPONSE_BYTES)) : List.of();
    } catch (UpstreamFailed | MalformedException e) {
      return List.of();
    }
  }

  private static List<String> parse(byte[] body) {
    JsonNode root = JsonTree.read(body);
    SortedSet<String> names = new TreeSet<>();
    Stream.of(root.path("data"), root.path("models"), root)
        .filter(JsonNode::isArray)
        .forEach(
            list -> {
              for (JsonNode model : list) {
                String id = JsonTree.textOrEmpty(model, "id");
                String name = id.isEmpty() ? JsonTree.textOrEmpty(model, "name") : id;
                names.add(
                    name.startsWith(GEMINI_PREFIX) ? name.substring(GEMINI_PREFIX.length()) : name);
              }
            });
    return names.stream()
        .filter(name -> !name.isBlank() && name.length() <= MAX_NAME_LENGTH)
        .filter(name -> name.chars().noneMatch(Character::isISOControl))
        .limit(MAX_MODELS)
        .toList();
  }

  /** A cheap chat model among these, by its name; the first one if no name is known. */
  public static Optional<String> cheapest(List<String> models) {
    List<String> chat =
        models.stream().filter(model -> OTHER_KINDS.stream().noneMatch(model::contains)).toList();
    return CHEAP.stream()
        .flatMap(part -> chat.stream().filter(model -> model.contains(part)))
        .findFirst()
        .or(() -> chat.stream().findFirst())
        .or(() -> models.stream().findFirst());
  }
}
