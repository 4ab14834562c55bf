package potluck.server.moving;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.AccountId;
import potluck.gateway.identity.User;
import potluck.gateway.key.ApiKeys;
import potluck.gateway.key.Networks;
import potluck.gateway.meter.Tariff;
import potluck.gateway.plugin.Seats;
import potluck.gateway.quota.LimitBook;
import potluck.gateway.quota.Quotas;
import potluck.gateway.route.RouteBook;
import potluck.gateway.route.RouteRules;

/** How what people have comes in, within a transaction. Used by one thread. */
final class Belongings {
  private static final String NO_OWNER = "its owner did not come";
  private static final String ANOTHER =
      "another came before with this number: it was changed there, or give another house another"
          + " name, with --as";

  /** What was left to somebody there is theirs to use for so long. */
  private static final Duration LEFT_FOR = Duration.ofDays(365);

  private final Handle handle;
  private final Arrived arrived;
  private final ApiKeys keys;
  private final Bringing bringing;
  private final @Nullable Seats seats;
  private final Quotas quotas;
  private final Tariff tariff;
  private final Import.Wishes wishes;
  private final InstantSource clock;

  /**
   * @param seats at the Plug-in service that is the pool; null where the pool is here
   */
  Belongings(
      Handle handle,
      Arrived arrived,
      ApiKeys keys,
      Bringing bringing,
      @Nullable Seats seats,
      Quotas quotas,
      Tariff tariff,
      Import.Wishes wishes,
      InstantSource clock) {
    this.handle = handle;
    this.arrived = arrived;
    this.keys = keys;
    this.bringing = bringing;
    this.seats = seats;
    this.quotas = quotas;
    this.tariff = tariff;
    this.wishes = wishes;
    this.clock = clock;
  }

  Outcome key(Found.Key key) {
    String mark = arrived.mark(key.text().reveal());
    Optional<Outcome> before = before(Kind.KEY, key.id(), mark);
    if (before.isPresent()) {
      return before.get();
    }
    Optional<Long> owner = arrived.user(key.owner());
    if (owner.isEmpty()) {
      return new Outcome.Left(NO_OWNER);
    }
    if (key.opensPlugin() && seats != null) {
      if (!seats.bring(handle, owner.get(), key.text())) {
        return new Outcome.Left("its user has a seat at the Plug-in service already");
      }
      arrived.keep(Kind.KEY, key.id(), Long.toString(owner.get()), mark);
      return Outcome.came("is the user's seat at the Plug-in service");
    }
    if (!ApiKeys.takes(key.text())) {
      return new Outcome.Left("a key has sk- and at least 21 characters: make a new one");
    }
    try {
      Networks.of(key.networks());
    } catch (IllegalArgumentException e) {
      return new Outcome.Left(
          "it may be used from some networks only, and one of these is none: mend it there");
    }
    Optional<Long> id =
        keys.bring(
            handle,
            new ApiKeys.Brought(
                new ApiKeys.Draft(
                    owner.get(),
                    key.name(),
                    key.description(),
                    key.configType(),
                    key.models(),
                    key.networks(),
                    false,
                    false,
                    key.expiresAt()),
                key.text(),
                key.active(),
                key.opensPlugin(),
                key.createdAt(),
                key.lastUsedAt()));
    if (id.isEmpty()) {
      return new Outcome.Left("there is a key with this text here already");
    }
    if (!key.limits().isEmpty()) {
      LimitBook.set(handle, new LimitBook.Whose(LimitBook.Scope.KEY, id.get()), key.limits());
    }
    arrived.keep(Kind.KEY, key.id(), Long.toString(id.get()), mark);
    return Outcome.came();
  }

  private Optional<Outcome> before(Kind kind, String id, String mark) {
    return arrived
        .find(kind, id)
        .map(before -> before.mark().equals(mark) ? new Outcome.Here() : new Outcome.Left(ANOTHER));
  }

  Outcome account(Found.Account account) {
    String mark = arrived.mark(account.provider(), account.baseUrl(), account.secret().reveal());
    Optional<Outcome> before = before(Kind.ACCOUNT, account.id(), mark);
    if (before.isPresent()) {
      return before.get();
    }
    Optional<Long> owner = account.owner() == null ? operator() : arrived.user(account.owner());
    if (owner.isEmpty()) {
      return new Outcome.Left(
          account.owner() != null
              ? NO_OWNER
              : wishes.owner() == null
                  ? "nobody here is an administrator: say whose it is, with --owner NAME"
                  : "there is no user '" + wishes.owner() + "' here");
    }
    Optional<String> objection = bringing.objection(account);
    if (objection.isPresent()) {
      return new Outcome.Left(objection.get());
    }
    boolean shared = account.shared() == null ? wishes.share() : account.shared();
    @Nullable String cookie = account.cookieId();
    AccountId id =
        cookie != null && cookie.matches("[0-9a-f]{32}")
            ? new AccountId(cookie)
            : AccountId.fresh();
    if (!bringing.add(handle, id, account, owner.get(), shared)) {
      return new Outcome.Left("there is an account of this name here already");
    }
    arrived.keep(Kind.ACCOUNT, account.id(), id.hex(), mark);
    List<String> remarks = new ArrayList<>(account.remarks());
    if (account.shared() == null && !shared) {
      remarks.add("serves nobody but its owner; --share is your word that it may be shared");
    }
    if (!account.enabled()) {
      remarks.add("is switched off, as it was there");
    }
    return new Outcome.Came(remarks);
  }

  /** Whose the operator's accounts are. */
  private Optional<Long> operator() {
    return wishes.owner() != null
        ? handle
            .createQuery("SELECT id FROM users WHERE lower(username) = lower(:name)")
            .bind("name", wishes.owner())
            .mapTo(Long.class)
            .findOne()
        : handle
            .createQuery(
                "SELECT id FROM users WHERE trust_level >= :level AND is_active ORDER BY id LIMIT 1")
            .bind("level", User.ADMIN)
            .mapTo(Long.class)
            .findOne();
  }

  /** What is left comes as prepaid quota: how it grew back there says nothing here. */
  Outcome quota(Found.Quota quota) {
    Optional<Long> owner = arrived.user(quota.owner());
    if (owner.isEmpty()) {
      return new Outcome.Left(NO_OWNER);
    }
    // One for a group of models: there each model of a group is told the same.
    String group = tariff.groups().of(quota.model());
    String id = quota.owner() + "/" + group;
    Optional<Arrived.Before> before = arrived.find(Kind.QUOTA, id);
    if (before.isPresent()) {
      return before.get().mark().equals(quota.model())
          ? new Outcome.Here()
          : new Outcome.Left("draws from the same as " + before.get().mark());
    }
    long micros = Math.round(Math.min(quota.accounts(), 1_000_000) * tariff.worth());
    quotas.grant(
        handle,
        owner.get(),
        quota.model(),
        micros,
        clock.instant().plus(LEFT_FOR),
        "left at " + wishes.as());
    arrived.keep(Kind.QUOTA, id, Long.toString(owner.get()), quota.model());
    return Outcome.came();
  }

  Outcome route(Found.Route route) {
    RouteRules now = RouteBook.find(handle);
    Map<String, List<String>> changed =
        new TreeMap<>(route.alias() ? now.aliases() : now.fallbacks());
    List<String> there = changed.get(route.name());
    if (there != null) {
      return there.equals(route.models())
          ? new Outcome.Here()
          : new Outcome.Left("there is another rule for this name here already");
    }
    changed.put(route.name(), route.models());
    try {
      RouteBook.set(
          handle,
          route.alias()
              ? new RouteRules(changed, now.fallbacks())
              : new RouteRules(now.aliases(), changed));
    } catch (IllegalArgumentException e) {
      return new Outcome.Left(String.valueOf(e.getMessage()));
    }
    return Outcome.came();
  }
}
