package potluck.server.importing;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import potluck.gateway.identity.PasswordHasher;
import potluck.gateway.identity.User;
import potluck.gateway.identity.Users;
import potluck.gateway.login.IdentityProvider;
import potluck.gateway.login.LinkedIdentities;
import potluck.gateway.quota.LimitStore;

/** Imports users and their external identities, within a transaction. For one thread. */
final class UserImporter {
  private static final Pattern NAME =
      Pattern.compile("[\\w.-]{3,50}", Pattern.UNICODE_CHARACTER_CLASS);

  private final Handle handle;
  private final ImportMappings mappings;
  private final Importer.ImportOptions options;
  private final List<IdentityProvider> loginProviders;
  private final InstantSource clock;

  UserImporter(
      Handle handle,
      ImportMappings mappings,
      Importer.ImportOptions options,
      List<IdentityProvider> providers,
      InstantSource clock) {
    this.handle = handle;
    this.mappings = mappings;
    this.options = options;
    this.loginProviders = providers;
    this.clock = clock;
  }

  ImportOutcome importUser(SourceRecord.SourceUser user) {
    String mark = mappings.mark(user.name().toLowerCase(Locale.ROOT));
    Optional<ImportMappings.Mapping> before = mappings.find(RecordKind.USER, user.id());
    if (before.isPresent()) {
      return before.get().mark().equals(mark)
          ? mappings.findUser(user.id()).isPresent()
              ? new ImportOutcome.AlreadyPresent()
              : new ImportOutcome.Skipped("was imported earlier, and deleted here since")
          : new ImportOutcome.Skipped(
              "another user with this id was imported earlier; give another source another name with --as");
    }
    String name = options.renamedUsers().getOrDefault(user.name(), user.name());
    if (!NAME.matcher(name).matches()) {
      return new ImportOutcome.Skipped(
          "a user name needs 3 to 50 letters, digits, dots, hyphens or underscores; use --rename OLD=NEW");
    }
    List<String> remarks = new ArrayList<>();
    @Nullable String hash = user.passwordHash();
    if (hash != null && !PasswordHasher.isSupported(hash)) {
      remarks.add("the password cannot be imported; use ./potluck user reset-link NAME");
      hash = null;
    }
    Optional<Long> id = Users.insertImported(handle, toNewUser(user, name, hash));
    if (id.isEmpty()) {
      return new ImportOutcome.Skipped("this user name is taken; use --rename OLD=NEW");
    }
    if (!user.limits().isEmpty()) {
      LimitStore.set(
          handle, new LimitStore.LimitOwner(LimitStore.Scope.USER, id.get()), user.limits());
    }
    mappings.record(RecordKind.USER, user.id(), Long.toString(id.get()), mark);
    if (user.trustLevel() >= User.ADMIN_TRUST_LEVEL) {
      remarks.add("is an administrator here too");
    }
    return new ImportOutcome.Imported(remarks);
  }

  private Users.ImportedUser toNewUser(
      SourceRecord.SourceUser user, String name, @Nullable String hash) {
    return new Users.ImportedUser(
        name,
        hash,
        user.avatarUrl(),
        user.trustLevel(),
        user.active(),
        user.silenced(),
        user.beta(),
        user.prefersShared(),
        user.onlyDedicated(),
        user.pluginId(),
        user.createdAt() == null || user.createdAt().isAfter(clock.instant())
            ? null
            : user.createdAt(),
        user.lastLoginAt());
  }

  ImportOutcome importLogin(SourceRecord.SourceLogin login) {
    if (mappings.find(RecordKind.LOGIN, login.id()).isPresent()) {
      return new ImportOutcome.AlreadyPresent();
    }
    Optional<Long> owner = mappings.findUser(login.owner());
    if (owner.isEmpty()) {
      return new ImportOutcome.Skipped("its user was not imported");
    }
    Optional<IdentityProvider> provider =
        loginProviders.stream().filter(each -> each.id().equals(login.provider())).findFirst();
    if (provider.isEmpty()) {
      return new ImportOutcome.Skipped(
          "the provider "
              + login.provider()
              + " is not configured; set its client id first (docs/guides/users.md), and repeat");
    }
    if (!LinkedIdentities.insertImported(
        handle, owner.get(), login.provider(), provider.get().issuer(), login.subject())) {
      return new ImportOutcome.Skipped("another user already has this identity");
    }
    mappings.record(RecordKind.LOGIN, login.id(), Long.toString(owner.get()), "");
    return ImportOutcome.imported();
  }
}
