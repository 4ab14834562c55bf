package potluck.gateway.account;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One credential at one provider, brought by a user. The origin calls it a cookie. It is not a user
 * and not a connection. Immutable; the {@link Standing} is the one at loading, the pool knows the
 * present one.
 *
 * @param owner the id of the user who brought it
 * @param provider a name in the provider catalogue
 * @param models public names of the models it serves; {@link #ANY_MODEL} alone for all
 * @param modelMap public name to the provider's name, where they differ
 * @param modelsOff public names of models that its owner has switched off
 * @param shared whether others may draw from it: its owner's word that this is allowed
 * @param priority higher goes first
 * @param weight 1 to 1000: its share among accounts of equal priority
 * @param maxConcurrency running requests at most; 0 means no bound
 * @param reserve 0 to 1: the part that is kept for its owner
 * @param standingAt when the standing was kept or set, by the database's clock
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

  /** In the place of names: whatever its owner asks for, and nobody else. */
  public static final String ANY_MODEL = "*";

  /** The same account with another credential. */
  public Account withSecret(Secret other) {
    return new Account(
        id,
        owner,
        provider,
        name,
        baseUrl,
        other,
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

  /** The provider's name of a public model. */
  public String upstreamModel(String publicName) {
    return modelMap.getOrDefault(publicName, publicName);
  }

  /** The public names of all that it could serve, in order, those that are switched off too. */
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
