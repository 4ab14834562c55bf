package potluck.gateway.pool;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import potluck.gateway.account.Account;
import potluck.gateway.account.AccountId;
import potluck.gateway.key.Caller;
import potluck.gateway.provider.Catalogue;
import potluck.gateway.provider.Provider;

/** The accounts in the pool, indexed by the models that they serve. Guarded by the pool's lock. */
final class AccountIndex {
  private static final Logger LOG = LoggerFactory.getLogger(AccountIndex.class);

  private final Catalogue catalogue;
  private final Map<AccountId, Slot> slots = new LinkedHashMap<>();
  private final Map<String, List<Slot>> byModel = new HashMap<>();
  private final Map<Long, List<Slot>> anyModelByOwner = new HashMap<>();
  private double meanWeight = 1;

  AccountIndex(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  @Nullable Slot find(AccountId id) {
    return slots.get(id);
  }

  Collection<Slot> all() {
    return slots.values();
  }

  /** Accounts that serve a model: those that name it, and the user's own that serve any model. */
  List<Slot> serving(String model, long user) {
    List<Slot> named = byModel.getOrDefault(model, List.of());
    List<Slot> any = anyModelByOwner.getOrDefault(user, List.of());
    if (any.isEmpty()) {
      return named;
    }
    List<Slot> serving = new ArrayList<>(named);
    serving.addAll(any);
    return serving;
  }

  double meanWeight() {
    return meanWeight;
  }

  void upsert(Account account, long now) {
    Slot known = slots.get(account.id());
    if (known != null) {
      known.update(account, now);
      return;
    }
    Optional<Provider> provider = catalogue.find(account.provider());
    if (provider.isEmpty()) {
      LOG.error("account {}: no provider '{}' in the catalogue", account.id(), account.provider());
      return;
    }
    Slot slot = new Slot(account, provider.get());
    slot.catchUp(minTurn());
    slots.put(account.id(), slot);
  }

  void remove(AccountId id) {
    slots.remove(id);
  }

  /** Rebuilds the index; call it after accounts were added or removed. */
  void rebuild() {
    byModel.clear();
    anyModelByOwner.clear();
    for (Slot slot : slots.values()) {
      if (slot.account().servesAny()) {
        anyModelByOwner.computeIfAbsent(slot.account().owner(), _ -> new ArrayList<>()).add(slot);
        continue;
      }
      for (String name : slot.account().allModels()) {
        if (slot.account().serves(name)) {
          byModel.computeIfAbsent(name, _ -> new ArrayList<>()).add(slot);
        }
      }
    }
    meanWeight = slots.values().stream().mapToInt(s -> s.account().weight()).average().orElse(1);
  }

  /** The lowest turn of the accounts in use. */
  double minTurn() {
    return slots.values().stream()
        .filter(slot -> slot.account().enabled() && slot.usableAt() == 0)
        .mapToDouble(Slot::turn)
        .min()
        .orElse(0);
  }

  /** The public names of the models that this caller could use, sorted. */
  SortedSet<String> models(Caller caller) {
    SortedSet<String> models = new TreeSet<>();
    byModel.forEach(
        (model, served) -> {
          if (caller.mayUse(model) && served.stream().anyMatch(slot -> slot.isOpenTo(caller))) {
            models.add(model);
          }
        });
    return models;
  }

  /**
   * The weight of a user in the fair queue: one, plus one for each account that the user shares.
   */
  double weight(long user) {
    int weight = 1;
    for (Slot slot : slots.values()) {
      Account account = slot.account();
      if (account.owner() == user && account.shared() && account.enabled()) {
        weight++;
      }
    }
    return weight;
  }
}
