package potluck.gateway.relay;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import potluck.dialect.Dialect;
import potluck.dialect.Target;
import potluck.dialect.TranslationOptions;
import potluck.dialect.exchange.DialectExchange;
import potluck.dialect.exchange.Dialects;
import potluck.dialect.model.Ask;
import potluck.dialect.model.Failure;
import potluck.dialect.model.FailureException;
import potluck.gateway.account.Account;
import potluck.gateway.pool.Probe;
import potluck.gateway.provider.CredentialSource;
import potluck.gateway.provider.NoCredential;
import potluck.gateway.provider.Provider;
import potluck.gateway.provider.Verdict;
import potluck.gateway.upstream.Upstream;
import potluck.gateway.upstream.UpstreamFailed;
import potluck.gateway.upstream.UpstreamResponse;

/**
 * Probes an account with a request of one word for one token, which cannot be blamed on any caller.
 * The account's owner pays for it; it has no usage row. Thread-safe.
 */
public final class NeutralProbe implements Probe {
  private static final int MAX_RESPONSE_BYTES = 64 << 10;

  private final Upstream upstream;
  private final CredentialSource credentials;
  private final InstantSource clock;

  public NeutralProbe(Upstream upstream, CredentialSource credentials, InstantSource clock) {
    this.upstream = upstream;
    this.credentials = credentials;
    this.clock = clock;
  }

  @Override
  public Verdict probe(Account account, Provider provider) {
    Optional<String> model =
        Stream.concat(account.models().stream(), account.modelMap().keySet().stream()).findFirst();
    if (model.isEmpty()) {
      return new Verdict.Gone();
    }
    try {
      // A refused token may only have been too old.
      return ask(credentials.renew(account, provider), provider, model.get());
    } catch (NoCredential none) {
      return none.verdict();
    }
  }

  /**
   * Probes with a given model.
   *
   * @param account the account with its current credential
   * @param model the public name of the model
   */
  public Verdict ask(Account account, Provider provider, String model) {
    Target target = provider.target(account, model);
    Dialect openAi = Dialects.find("openai").orElseThrow();
    Ask ask =
        new Ask(question(model).getBytes(UTF_8), model, false, true, OptionalLong.of(1), null);
    try {
      DialectExchange exchange =
          DialectExchange.between(openAi, ask, target, TranslationOptions.DEFAULT);
      return send(account, provider, target, exchange.body());
    } catch (FailureException refused) {
      return new Verdict.CallerFault(refused.failure());
    }
  }

  private Verdict send(Account account, Provider provider, Target target, byte[] body) {
    try (UpstreamResponse response =
        upstream.send(
            provider.request(account, target.dialect().path(target, false), Map.of(), body))) {
      byte[] responseBody = response.readAll(MAX_RESPONSE_BYTES);
      if (response.status() / 100 == 2) {
        return new Verdict.Served();
      }
      Failure failure =
          target.dialect().readFailure(response.status(), response::header, responseBody);
      return provider.judge(
          response.status(),
          response::header,
          CredentialScrubber.scrub(failure, account.secret()),
          clock.instant());
    } catch (UpstreamFailed failed) {
      return provider.judge(failed, account.standing(), clock.instant());
    }
  }

  private static String question(String model) {
    return "{\"model\":\""
        + model.replace("\\", "\\\\").replace("\"", "\\\"")
        + "\",\"max_tokens\":1,\"messages\":[{\"role\":\"user\",\"content\":\"ping\"}]}";
  }
}
