package potluck.gateway.relay;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import potluck.dialect.Dialect;
import potluck.dialect.Options;
import potluck.dialect.Target;
import potluck.dialect.exchange.Dialects;
import potluck.dialect.exchange.Exchange;
import potluck.dialect.model.Ask;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Refused;
import potluck.gateway.account.Account;
import potluck.gateway.pool.Probe;
import potluck.gateway.provider.Credentials;
import potluck.gateway.provider.NoCredential;
import potluck.gateway.provider.Provider;
import potluck.gateway.provider.Verdict;
import potluck.gateway.upstream.Answer;
import potluck.gateway.upstream.Upstream;
import potluck.gateway.upstream.UpstreamFailed;

/**
 * Sends one word through an account and wants one token back: what nobody's request can be blamed
 * for. Its cost is the account's own and is in nobody's row. Safe for use by many threads.
 */
public final class NeutralProbe implements Probe {
  private static final int MOST_ANSWER = 64 << 10;

  private final Upstream upstream;
  private final Credentials credentials;
  private final InstantSource clock;

  public NeutralProbe(Upstream upstream, Credentials credentials, InstantSource clock) {
    this.upstream = upstream;
    this.credentials = credentials;
    this.clock = clock;
  }

  @Override
  public Verdict ask(Account account, Provider provider) {
    Optional<String> model =
        Stream.concat(account.models().stream(), account.modelMap().keySet().stream()).findFirst();
    if (model.isEmpty()) {
      return new Verdict.Gone();
    }
    try {
      // A token that was refused may only have been too old.
      return ask(credentials.renewed(account, provider), provider, model.get());
    } catch (NoCredential none) {
      return none.verdict();
    }
  }

  /**
   * The same, with a model by its public name.
   *
   * @param account with the credential of now
   */
  public Verdict ask(Account account, Provider provider, String model) {
    Target target = provider.target(account, model);
    Dialect plain = Dialects.find("openai").orElseThrow();
    Ask ask =
        new Ask(question(model).getBytes(UTF_8), model, false, true, OptionalLong.of(1), null);
    try {
      Exchange exchange = Exchange.between(plain, ask, target, Options.DEFAULT);
      return send(account, provider, target, exchange.body());
    } catch (Refused refused) {
      return new Verdict.CallerFault(refused.failure());
    }
  }

  private Verdict send(Account account, Provider provider, Target target, byte[] body) {
    try (Answer answer =
        upstream.send(
            provider.dispatch(account, target.dialect().path(target, false), Map.of(), body))) {
      byte[] said = answer.readAll(MOST_ANSWER);
      if (answer.status() / 100 == 2) {
        return new Verdict.Served();
      }
      Failure failure = target.dialect().readFailure(answer.status(), answer::header, said);
      return provider.judge(
          answer.status(),
          answer::header,
          Scrub.credential(failure, account.secret()),
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
