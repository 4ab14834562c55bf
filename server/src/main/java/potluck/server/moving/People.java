package potluck.server.moving;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import potluck.gateway.identity.Passwords;
import potluck.gateway.identity.User;
import potluck.gateway.identity.Users;
import potluck.gateway.login.Identities;
import potluck.gateway.login.LoginProvider;
import potluck.gateway.quota.LimitBook;

/** How people come in, within a transaction. Used by one thread. */
final class People {
  private static final Pattern NAME =
      Pattern.compile("[\\w.-]{3,50}", Pattern.UNICODE_CHARACTER_CLASS);

  private final Handle handle;
  private final Arrived arrived;
  private final Import.Wishes wishes;
  private final List<LoginProvider> houses;
  private final InstantSource clock;

  People(
      Handle handle,
      Arrived arrived,
      Import.Wishes wishes,
      List<LoginProvider> houses,
      InstantSource clock) {
    this.handle = handle;
    this.arrived = arrived;
    this.wishes = wishes;
    this.houses = houses;
    this.clock = clock;
  }

  Outcome person(Found.Person person) {
    String mark = arrived.mark(person.name().toLowerCase(Locale.ROOT));
    Optional<Arrived.Before> before = arrived.find(Kind.USER, person.id());
    if (before.isPresent()) {
      return before.get().mark().equals(mark)
          ? arrived.user(person.id()).isPresent()
              ? new Outcome.Here()
              : new Outcome.Left("came before, and was deleted here since")
          : new Outcome.Left(
              "somebody else came before with this number: give another house another name, with --as");
    }
    String name = wishes.renamed().getOrDefault(person.name(), person.name());
    if (!NAME.matcher(name).matches()) {
      return new Outcome.Left(
          "a name here has 3 to 50 letters, digits, dots, hyphens or underscores: --rename OLD=NEW");
    }
    List<String> remarks = new ArrayList<>();
    @Nullable String hash = person.passwordHash();
    if (hash != null && !Passwords.knows(hash)) {
      remarks.add("no login can be checked against this password: ./potluck user reset-link NAME");
      hash = null;
    }
    Optional<Long> id = Users.bring(handle, here(person, name, hash));
    if (id.isEmpty()) {
      return new Outcome.Left(
          "somebody has this name here already: --rename OLD=NEW lets them come under another");
    }
    if (!person.limits().isEmpty()) {
      LimitBook.set(handle, new LimitBook.Whose(LimitBook.Scope.USER, id.get()), person.limits());
    }
    arrived.keep(Kind.USER, person.id(), Long.toString(id.get()), mark);
    if (person.trustLevel() >= User.ADMIN) {
      remarks.add("is an administrator here too");
    }
    return new Outcome.Came(remarks);
  }

  private Users.Newcomer here(Found.Person person, String name, @Nullable String hash) {
    return new Users.Newcomer(
        name,
        hash,
        person.avatarUrl(),
        person.trustLevel(),
        person.active(),
        person.silenced(),
        person.beta(),
        person.prefersShared(),
        person.onlyDedicated(),
        person.pluginId(),
        person.createdAt() == null || person.createdAt().isAfter(clock.instant())
            ? null
            : person.createdAt(),
        person.lastLoginAt());
  }

  Outcome login(Found.Login login) {
    if (arrived.find(Kind.LOGIN, login.id()).isPresent()) {
      return new Outcome.Here();
    }
    Optional<Long> owner = arrived.user(login.owner());
    if (owner.isEmpty()) {
      return new Outcome.Left("its user did not come");
    }
    Optional<LoginProvider> house =
        houses.stream().filter(each -> each.id().equals(login.provider())).findFirst();
    if (house.isEmpty()) {
      return new Outcome.Left(
          "nobody logs in by "
              + login.provider()
              + " here: set its client id first (docs/people.md), and repeat");
    }
    if (!Identities.bring(
        handle, owner.get(), login.provider(), house.get().issuer(), login.subject())) {
      return new Outcome.Left("somebody here logs in by it already");
    }
    arrived.keep(Kind.LOGIN, login.id(), Long.toString(owner.get()), "");
    return Outcome.came();
  }
}
