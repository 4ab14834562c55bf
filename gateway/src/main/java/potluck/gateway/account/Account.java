package potluck.gateway.account;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One credential at one provider, added by a user. AntiHub's API calls it a cookie. It is neither a
 * user nor a connection. Immutable: {@link #standing} is the standing when the account was loaded;
 * the pool knows the current one.
 *
 * @param owner the id of the user who added it
 * @param provider a name in the provider catalogue
 * @param models public names of the models it serves; {@link #ANY_MODEL} alone means all
 * @param modelMap maps a public model name to the provider's name if the two differ
 * @param modelsOff public names of models that the owner has switched off
 * @param shared whether other users may use it; only the owner decides this
 * @param priority accounts with a higher priority are used first
 * @param weight 1 to 1000: its share among accounts of equal priority
 * @param maxConcurrency maximum number of running requests; 0 for no limit
 * @param reserve 0 to 1: the part of {@code maxConcurrency} that is kept for the owner
 * @param standingAt when the standing was saved, by the database's clock
 */
public record Account(
    AccountId id,
    long owner,
    String provider,
    String name,
    String baseUrl,
    Secret secret,
    List<String> models,
    Map<String, String> modelMap,
    Set<String> modelsOff,
    boolean shared,
    boolean enabled,
    int priority,
    int weight,
    int maxConcurrency,
    double reserve,
    Standing standing,
    Instant standingAt,
    @Nullable Instant lastUsedAt,
    Instant createdAt,
    Instant updatedAt) {

  /** Stands in {@link #models} for any model. Such an account serves only its owner. */
  public static final String ANY_MODEL = "*";

  /** This account with another credential. */
  public Account withSecret(Secret replacement) {
    return new Account(
        id,
        owner,
        provider,
        name,
        baseUrl,
        replacement,
        models,
        modelMap,
        modelsOff,
        shared,
        enabled,
        priority,
        weight,
        maxConcurrency,
        reserve,
        standing,
        standingAt,
        lastUsedAt,
        createdAt,
        updatedAt);
  }

  /** The provider's name of a public model name. */
  public String upstreamModel(String publicName) {
    return modelMap.getOrDefault(publicName, publicName);
  }

  /**
   * The public names of all models it could serve, sorted, including those that are switched off.
   */
  public SortedSet<String> allModels() {
    SortedSet<String> all = new TreeSet<>(models);
    all.addAll(modelMap.keySet());
    return all;
  }

  public boolean servesAny() {
    return models.contains(ANY_MODEL);
  }

  public boolean serves(String publicName) {
    return (models.contains(publicName) || modelMap.containsKey(publicName))
        && !modelsOff.contains(publicName);
  }
}
