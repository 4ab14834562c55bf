package potluck.server.api.account;

import java.util.List;
import java.util.Locale;
import potluck.gateway.provider.Catalogue;
import potluck.gateway.provider.Provider;
import potluck.gateway.provider.ProviderInfo;
import potluck.server.http.AccessPolicy;
import potluck.server.http.Envelope;
import potluck.server.http.HttpRoute;
import potluck.server.http.LocalizedText;
import potluck.server.http.Request;

/** {@code /api/providers}: the providers that an account can be added for. */
final class ProviderRoutes {
  /** Has an account only if the operator switched the demo on; nobody adds one. */
  private static final String DEMO = "demo";

  private final Catalogue catalogue;

  ProviderRoutes(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  List<HttpRoute> routes() {
    return List.of(new HttpRoute("GET", "/api/providers", AccessPolicy.USER, this::list));
  }

  /**
   * A provider.
   *
   * @param dialect what it speaks: openai, responses, anthropic or gemini
   * @param needsBaseUrl whether each account needs an address
   * @param auth kind of credential: key, aws, service_account or oauth
   * @param oauth whether accounts are added by consent
   * @param models models of an account that names none
   * @param hint in the caller's language; may be empty
   * @param keyPage where the provider gives out keys; may be empty
   */
  record ProviderView(
      String name,
      String label,
      String dialect,
      boolean needsBaseUrl,
      String auth,
      boolean oauth,
      List<String> models,
      String hint,
      String keyPage) {}

  private void list(Request request) {
    request.json(
        Envelope.data(
            catalogue.all().stream()
                .filter(provider -> !provider.name().equals(DEMO))
                .map(provider -> show(provider, request.language()))
                .toList()));
  }

  private static ProviderView show(Provider provider, String language) {
    ProviderInfo info = provider.info();
    return new ProviderView(
        provider.name(),
        info.label(),
        provider.dialect().name(),
        provider.baseUrl().isEmpty(),
        info.credential().name().toLowerCase(Locale.ROOT),
        info.credential() == ProviderInfo.Credential.OAUTH,
        provider.models(),
        new LocalizedText(info.hintZh(), info.hint()).in(language),
        info.keyPage());
  }
}
