package potluck.server.api.account;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.Account;
import potluck.gateway.account.AccountRules;
import potluck.gateway.account.Accounts;
import potluck.gateway.account.Secret;
import potluck.gateway.provider.Catalogue;
import potluck.gateway.provider.Provider;
import potluck.gateway.upstream.AllowedHosts;
import potluck.server.http.ApiError;
import potluck.server.http.MessageKey;

/** Checks the fields of an account that a user adds or changes. */
public final class AccountValidator {
  private static final int MAX_MODELS = 10_000;

  /** Maximum length of a model name. */
  public static final int MAX_MODEL_LENGTH = 256;

  /** The key file of a service account has about 2,400 characters. */
  private static final int MAX_SECRET_LENGTH = 65_536;

  private final Catalogue catalogue;
  private final AllowedHosts allowedHosts;

  AccountValidator(Catalogue catalogue, AllowedHosts allowed) {
    this.catalogue = catalogue;
    this.allowedHosts = allowed;
  }

  /** The fields of an account in a request; null if absent. */
  record AccountFields(
      @Nullable String provider,
      @Nullable String name,
      @Nullable String baseUrl,
      @Nullable String apiKey,
      @Nullable List<String> models,
      @Nullable Map<String, String> modelMap,
      @Nullable Integer isShared,
      @Nullable Integer priority,
      @Nullable Integer weight,
      @Nullable Integer maxConcurrency,
      @Nullable Double reserve) {
    /** Only another base URL. */
    static AccountFields withBaseUrl(String baseUrl) {
      return new AccountFields(null, null, baseUrl, null, null, null, null, null, null, null, null);
    }
  }

  /**
   * A new account.
   *
   * @throws ApiError 400 with the reason
   */
  Accounts.Draft newDraft(AccountFields given, long owner) {
    Provider provider = provider(given.provider());
    if (given.apiKey() == null || given.apiKey().isBlank()) {
      throw new ApiError(400, MessageKey.CREDENTIAL_REQUIRED);
    }
    Map<String, String> map = given.modelMap() == null ? Map.of() : given.modelMap();
    List<String> models =
        checkModels(given.models() == null ? provider.models() : given.models(), map);
    return new Accounts.Draft(
        owner,
        provider.name(),
        given.name() == null || given.name().isBlank() ? provider.name() : name(given.name()),
        BaseUrl.check(given.baseUrl(), provider, allowedHosts),
        secret(given.apiKey()),
        models,
        map,
        given.isShared() != null && flag(given.isShared(), "is_shared"),
        numberInRange(given.priority(), 0, -1000, 1000, "priority"),
        numberInRange(given.weight(), 1, 1, 1000, "weight"),
        numberInRange(given.maxConcurrency(), 0, 0, 100_000, "max_concurrency"),
        reserve(given.reserve(), 0));
  }

  /**
   * An account with changed fields. The provider cannot change.
   *
   * @throws ApiError 400 with the reason
   */
  Accounts.Draft changedDraft(AccountFields given, Account account) {
    Provider provider = provider(account.provider());
    if (given.provider() != null && !given.provider().equals(account.provider())) {
      throw new ApiError(400, MessageKey.PROVIDER_UNCHANGEABLE);
    }
    Map<String, String> map = given.modelMap() == null ? account.modelMap() : given.modelMap();
    List<String> models =
        checkModels(given.models() == null ? account.models() : given.models(), map);
    return new Accounts.Draft(
        account.owner(),
        account.provider(),
        given.name() == null ? account.name() : name(given.name()),
        given.baseUrl() == null
            ? account.baseUrl()
            : BaseUrl.check(given.baseUrl(), provider, allowedHosts),
        given.apiKey() == null || given.apiKey().isBlank()
            ? account.secret()
            : secret(given.apiKey()),
        models,
        map,
        given.isShared() == null ? account.shared() : flag(given.isShared(), "is_shared"),
        numberInRange(given.priority(), account.priority(), -1000, 1000, "priority"),
        numberInRange(given.weight(), account.weight(), 1, 1000, "weight"),
        numberInRange(
            given.maxConcurrency(), account.maxConcurrency(), 0, 100_000, "max_concurrency"),
        reserve(given.reserve(), account.reserve()));
  }

  private Provider provider(@Nullable String name) {
    return catalogue
        .find(name == null ? "" : name)
        .orElseThrow(
            () ->
                new ApiError(
                    400, MessageKey.UNKNOWN_PROVIDER, String.join(", ", catalogue.names())));
  }

  private static Secret secret(String text) {
    if (text.strip().length() > MAX_SECRET_LENGTH) {
      throw new ApiError(400, MessageKey.CREDENTIAL_TOO_LONG, MAX_SECRET_LENGTH);
    }
    return AccountRules.parseSecret(text)
        .orElseThrow(() -> new ApiError(400, MessageKey.CREDENTIAL_WITH_INVALID_CHARACTERS));
  }

  /** The models without duplicates. */
  private static List<String> checkModels(List<String> models, Map<String, String> map) {
    if (!AccountRules.namesModels(models, map)) {
      throw new ApiError(400, MessageKey.MODELS_REQUIRED);
    }
    boolean hasInvalidCharacters =
        models.size() + map.size() > MAX_MODELS
            || Stream.of(models, map.keySet(), map.values())
                .flatMap(Collection::stream)
                .anyMatch(AccountValidator::isInvalidModel);
    if (hasInvalidCharacters) {
      throw new ApiError(400, MessageKey.INVALID_MODEL_NAMES, MAX_MODEL_LENGTH, MAX_MODELS);
    }
    return models.stream().distinct().toList();
  }

  private static boolean isInvalidModel(String model) {
    return model.isBlank()
        || model.length() > MAX_MODEL_LENGTH
        || model.chars().anyMatch(Character::isISOControl);
  }

  static String name(@Nullable String name) {
    return AccountRules.parseName(name == null ? "" : name)
        .orElseThrow(() -> new ApiError(400, MessageKey.INVALID_ACCOUNT_NAME));
  }

  /**
   * A flag of AntiHub's API: 0 or 1.
   *
   * @throws ApiError 400 if it is absent or another number
   */
  public static boolean flag(@Nullable Integer value, String name) {
    if (value == null || (value != 0 && value != 1)) {
      throw new ApiError(400, MessageKey.NOT_ZERO_OR_ONE, name);
    }
    return value == 1;
  }

  private static int numberInRange(
      @Nullable Integer value, int otherwise, int least, int most, String name) {
    if (value == null) {
      return otherwise;
    }
    if (value < least || value > most) {
      throw new ApiError(400, MessageKey.OUT_OF_RANGE, name, least, most);
    }
    return value;
  }

  private static double reserve(@Nullable Double reserve, double otherwise) {
    if (reserve == null) {
      return otherwise;
    }
    if (!(reserve >= 0 && reserve <= 1)) {
      throw new ApiError(400, MessageKey.RESERVE_OUT_OF_RANGE);
    }
    return reserve;
  }
}
