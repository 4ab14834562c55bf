package potluck.server.importing;

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
import potluck.gateway.key.CidrRanges;
import potluck.gateway.meter.Tariff;
import potluck.gateway.plugin.PluginUsers;
import potluck.gateway.quota.LimitStore;
import potluck.gateway.quota.Quotas;
import potluck.gateway.route.RouteRuleStore;
import potluck.gateway.route.RouteRules;

/** Imports keys, accounts, quotas and routes, within a transaction. For one thread. */
final class KeyAndAccountImporter {
  private static final String NO_OWNER = "its owner was not imported";
  private static final String ID_REUSED =
      "another one with this id was imported earlier; if the source changed, or this is another source, give it another name with --as";

  /** Remaining quota can be used for so long. */
  private static final Duration GRANT_LIFETIME = Duration.ofDays(365);

  private final Handle handle;
  private final ImportMappings mappings;
  private final ApiKeys keys;
  private final AccountImportRules rules;
  private final @Nullable PluginUsers pluginUsers;
  private final Quotas quotas;
  private final Tariff tariff;
  private final Importer.ImportOptions options;
  private final InstantSource clock;

  /**
   * @param pluginUsers users at a Plug-in service that is the pool; null for the built-in pool
   */
  KeyAndAccountImporter(
      Handle handle,
      ImportMappings mappings,
      ApiKeys keys,
      AccountImportRules rules,
      @Nullable PluginUsers pluginUsers,
      Quotas quotas,
      Tariff tariff,
      Importer.ImportOptions options,
      InstantSource clock) {
    this.handle = handle;
    this.mappings = mappings;
    this.keys = keys;
    this.rules = rules;
    this.pluginUsers = pluginUsers;
    this.quotas = quotas;
    this.tariff = tariff;
    this.options = options;
    this.clock = clock;
  }

  ImportOutcome importKey(SourceRecord.SourceKey key) {
    String mark = mappings.mark(key.text().reveal());
    Optional<ImportOutcome> before = findBefore(RecordKind.KEY, key.id(), mark);
    if (before.isPresent()) {
      return before.get();
    }
    Optional<Long> owner = mappings.findUser(key.owner());
    if (owner.isEmpty()) {
      return new ImportOutcome.Skipped(NO_OWNER);
    }
    if (key.opensPlugin() && pluginUsers != null) {
      if (!pluginUsers.insertImportedKey(handle, owner.get(), key.text())) {
        return new ImportOutcome.Skipped("its user already has a user at the Plug-in service");
      }
      mappings.record(RecordKind.KEY, key.id(), Long.toString(owner.get()), mark);
      return ImportOutcome.imported("is now the user's key at the Plug-in service");
    }
    if (!ApiKeys.canImport(key.text())) {
      return new ImportOutcome.Skipped(
          "a key must start with sk- and have at least 21 more characters; create a new one");
    }
    try {
      CidrRanges.of(key.networks());
    } catch (IllegalArgumentException e) {
      return new ImportOutcome.Skipped(
          "one of the networks that it may be used from is invalid; correct it there");
    }
    Optional<Long> id =
        keys.insertImported(
            handle,
            new ApiKeys.ImportedKey(
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
      return new ImportOutcome.Skipped("the same key already exists");
    }
    if (!key.limits().isEmpty()) {
      LimitStore.set(
          handle, new LimitStore.LimitOwner(LimitStore.Scope.KEY, id.get()), key.limits());
    }
    mappings.record(RecordKind.KEY, key.id(), Long.toString(id.get()), mark);
    return ImportOutcome.imported();
  }

  private Optional<ImportOutcome> findBefore(RecordKind kind, String id, String mark) {
    return mappings
        .find(kind, id)
        .map(
            before ->
                before.mark().equals(mark)
                    ? new ImportOutcome.AlreadyPresent()
                    : new ImportOutcome.Skipped(ID_REUSED));
  }

  ImportOutcome importAccount(SourceRecord.SourceAccount account) {
    String mark = mappings.mark(account.provider(), account.baseUrl(), account.secret().reveal());
    Optional<ImportOutcome> before = findBefore(RecordKind.ACCOUNT, account.id(), mark);
    if (before.isPresent()) {
      return before.get();
    }
    Optional<Long> owner =
        account.owner() == null ? findOperator() : mappings.findUser(account.owner());
    if (owner.isEmpty()) {
      return new ImportOutcome.Skipped(
          account.owner() != null
              ? NO_OWNER
              : options.owner() == null
                  ? "there is no administrator; name an owner with --owner NAME"
                  : "there is no user '" + options.owner() + "'");
    }
    Optional<String> objection = rules.findObjection(account);
    if (objection.isPresent()) {
      return new ImportOutcome.Skipped(objection.get());
    }
    boolean shared = account.shared() == null ? options.share() : account.shared();
    @Nullable String cookie = account.cookieId();
    AccountId id =
        cookie != null && cookie.matches("[0-9a-f]{32}")
            ? new AccountId(cookie)
            : AccountId.random();
    if (!rules.add(handle, id, account, owner.get(), shared)) {
      return new ImportOutcome.Skipped("an account with this id already exists");
    }
    mappings.record(RecordKind.ACCOUNT, account.id(), id.hex(), mark);
    List<String> remarks = new ArrayList<>(account.remarks());
    if (account.shared() == null && !shared) {
      remarks.add("serves only its owner; use --share if it may be shared");
    }
    if (!account.enabled()) {
      remarks.add("is disabled, as it was there");
    }
    return new ImportOutcome.Imported(remarks);
  }

  /** The owner of the operator's accounts. */
  private Optional<Long> findOperator() {
    return options.owner() != null
        ? handle
            .createQuery("SELECT id FROM users WHERE lower(username) = lower(:name)")
            .bind("name", options.owner())
            .mapTo(Long.class)
            .findOne()
        : handle
            .createQuery(
                "SELECT id FROM users WHERE trust_level >= :level AND is_active ORDER BY id LIMIT 1")
            .bind("level", User.ADMIN_TRUST_LEVEL)
            .mapTo(Long.class)
            .findOne();
  }

  /** Remaining quota becomes prepaid quota; the source's recovery rate has no meaning here. */
  ImportOutcome importQuota(SourceRecord.SourceQuota quota) {
    Optional<Long> owner = mappings.findUser(quota.owner());
    if (owner.isEmpty()) {
      return new ImportOutcome.Skipped(NO_OWNER);
    }
    // One grant for a model group: the source repeats the value for each model of a group.
    String group = tariff.groups().of(quota.model());
    String id = quota.owner() + "/" + group;
    Optional<ImportMappings.Mapping> before = mappings.find(RecordKind.QUOTA, id);
    if (before.isPresent()) {
      return before.get().mark().equals(quota.model())
          ? new ImportOutcome.AlreadyPresent()
          : new ImportOutcome.Skipped("is in the same model group as " + before.get().mark());
    }
    long micros = Math.round(Math.min(quota.accountsWorth(), 1_000_000) * tariff.accountQuota());
    quotas.grant(
        handle,
        owner.get(),
        quota.model(),
        micros,
        clock.instant().plus(GRANT_LIFETIME),
        "imported from " + options.sourceName());
    mappings.record(RecordKind.QUOTA, id, Long.toString(owner.get()), quota.model());
    return ImportOutcome.imported();
  }

  ImportOutcome importRoute(SourceRecord.SourceRoute route) {
    RouteRules now = RouteRuleStore.find(handle);
    Map<String, List<String>> changed =
        new TreeMap<>(route.alias() ? now.aliases() : now.fallbacks());
    List<String> there = changed.get(route.name());
    if (there != null) {
      return there.equals(route.models())
          ? new ImportOutcome.AlreadyPresent()
          : new ImportOutcome.Skipped("another rule for this name already exists");
    }
    changed.put(route.name(), route.models());
    try {
      RouteRuleStore.set(
          handle,
          route.alias()
              ? new RouteRules(changed, now.fallbacks())
              : new RouteRules(now.aliases(), changed));
    } catch (IllegalArgumentException e) {
      return new ImportOutcome.Skipped(String.valueOf(e.getMessage()));
    }
    return ImportOutcome.imported();
  }
}
