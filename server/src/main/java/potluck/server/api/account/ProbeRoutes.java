package potluck.server.api.account;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Failure;
import potluck.gateway.account.Account;
import potluck.gateway.account.AccountId;
import potluck.gateway.account.Accounts;
import potluck.gateway.account.Standing;
import potluck.gateway.identity.AddressRateLimiter;
import potluck.gateway.provider.Catalogue;
import potluck.gateway.provider.CredentialSource;
import potluck.gateway.provider.NoCredential;
import potluck.gateway.provider.Provider;
import potluck.gateway.provider.ProviderInfo;
import potluck.gateway.provider.Verdict;
import potluck.gateway.relay.NeutralProbe;
import potluck.gateway.relay.UpstreamModels;
import potluck.server.http.AccessPolicy;
import potluck.server.http.ApiError;
import potluck.server.http.Envelope;
import potluck.server.http.HttpRoute;
import potluck.server.http.MessageKey;
import potluck.server.http.Request;

/** Tests a credential before an account is added with it. Stores nothing. */
final class ProbeRoutes {
  private static final int MAX_PROBES = 20;
  private static final Duration WINDOW = Duration.ofMinutes(1);

  /** The account that is tested is no account of the pool. */
  private static final AccountId PROBED = new AccountId("0".repeat(32));

  private final AccountValidator validator;
  private final Catalogue catalogue;
  private final CredentialSource credentials;
  private final NeutralProbe probe;
  private final UpstreamModels upstreamModels;
  private final AddressRateLimiter limiter;

  ProbeRoutes(
      AccountValidator validator,
      Catalogue catalogue,
      CredentialSource credentials,
      NeutralProbe probe,
      UpstreamModels upstreamModels,
      InstantSource clock) {
    this.validator = validator;
    this.catalogue = catalogue;
    this.credentials = credentials;
    this.probe = probe;
    this.upstreamModels = upstreamModels;
    this.limiter = new AddressRateLimiter(MAX_PROBES, WINDOW, clock);
  }

  List<HttpRoute> routes() {
    return List.of(
        new HttpRoute("POST", "/api/plugin-api/accounts/probe", AccessPolicy.USER, this::probe));
  }

  record ProbeRequest(
      @Nullable String provider,
      @Nullable String baseUrl,
      @Nullable String apiKey,
      @Nullable String model) {}

  /**
   * The outcome.
   *
   * @param model that was asked; null if no model is known
   * @param milliseconds that the answer took
   * @param status of the provider's answer; null if there was no answer
   * @param error the provider's words without the credential; null if it served
   * @param models that the provider lists; empty if it lists none
   */
  record ProbeResult(
      boolean served,
      @Nullable String model,
      long milliseconds,
      @Nullable Integer status,
      @Nullable String error,
      List<String> models) {}

  private void probe(Request request) {
    ProbeRequest given = request.body(ProbeRequest.class);
    @Nullable String wanted = given.model();
    // The models are not known yet, so the draft gets a name to pass.
    Accounts.Draft draft =
        validator.newDraft(
            new AccountValidator.AccountFields(
                given.provider(),
                null,
                given.baseUrl(),
                given.apiKey(),
                wanted == null || wanted.isBlank() ? List.of("probe") : List.of(wanted),
                null,
                0,
                null,
                null,
                null,
                null),
            request.caller().user().id());
    Provider provider = catalogue.find(draft.provider()).orElseThrow();
    if (provider.info().credential() == ProviderInfo.Credential.OAUTH) {
      throw new ApiError(400, MessageKey.PROVIDER_WITHOUT_KEY);
    }
    limit("user " + request.caller().user().id());
    request.noStore();
    request.json(Envelope.data(test(account(draft), provider, wanted)));
  }

  private void limit(String user) {
    Optional<Duration> wait = limiter.retryAfter(user);
    if (wait.isPresent()) {
      throw new ApiError(429, MessageKey.TOO_MANY_PROBES.text(), wait.get());
    }
    limiter.recordRefusal(user);
  }

  private ProbeResult test(Account account, Provider provider, @Nullable String wanted) {
    Account current;
    try {
      current = credentials.current(account, provider);
    } catch (NoCredential none) {
      return result(none.verdict(), null, 0, List.of());
    }
    List<String> listed = upstreamModels.list(current, provider);
    List<String> known = listed.isEmpty() ? provider.models() : listed;
    Optional<String> model =
        wanted == null || wanted.isBlank() ? UpstreamModels.cheapest(known) : Optional.of(wanted);
    // Without a model the provider still says what it thinks of the credential.
    String asked = model.orElse("probe");
    long start = System.nanoTime();
    Verdict verdict = probe.ask(current, provider, asked);
    long took = (System.nanoTime() - start) / 1_000_000;
    return result(verdict, model.orElse(null), took, listed);
  }

  private static ProbeResult result(
      Verdict verdict, @Nullable String model, long took, List<String> models) {
    return switch (verdict) {
      case Verdict.Served _ -> new ProbeResult(true, model, took, 200, null, models);
      case Verdict.CallerFault fault -> failed(fault.failure(), model, took, models);
      case Verdict.TryAnother another -> failed(another.failure(), model, took, models);
      case Verdict.Gone _ -> new ProbeResult(false, model, took, null, null, models);
    };
  }

  private static ProbeResult failed(
      Failure failure, @Nullable String model, long took, List<String> models) {
    int status = failure.upstreamStatus();
    return new ProbeResult(
        false, model, took, status == 0 ? null : status, failure.message(), models);
  }

  private static Account account(Accounts.Draft draft) {
    return new Account(
        PROBED,
        draft.owner(),
        draft.provider(),
        draft.name(),
        draft.baseUrl(),
        draft.secret(),
        draft.models(),
        Map.of(),
        Set.of(),
        false,
        true,
        0,
        1,
        0,
        0,
        Standing.ready(),
        Instant.EPOCH,
        null,
        Instant.EPOCH,
        Instant.EPOCH);
  }
}
