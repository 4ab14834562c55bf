package potluck.gateway.plugin;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Failure.Kind;
import potluck.dialect.model.Refused;
import potluck.gateway.account.Account;
import potluck.gateway.account.Secret;
import potluck.gateway.identity.User;
import potluck.gateway.identity.Users;
import potluck.gateway.key.ApiKey;
import potluck.gateway.key.Caller;
import potluck.gateway.plugin.ServiceDoor.Made;
import potluck.gateway.plugin.ServiceDoor.Reply;
import potluck.gateway.provider.Credentials;
import potluck.gateway.provider.NoCredential;
import potluck.gateway.provider.Provider;
import potluck.gateway.provider.Verdict;
import potluck.gateway.upstream.UpstreamFailed;

/**
 * A Plug-in service elsewhere. Each user here has a user there, who is made behind the first login
 * and looked at again behind each later one; a service that is down holds nobody up. Safe for use
 * by many threads.
 */
public final class Remote implements Plugin, Credentials {
  private static final Logger LOG = LoggerFactory.getLogger(Remote.class);
  private static final Duration PATIENCE = Duration.ofSeconds(12);
  private static final Duration USED_AGAIN = Duration.ofMinutes(1);
  private static final Duration AGAIN = Duration.ofSeconds(5);

  private final Seats seats;
  private final Users users;
  private final ServiceDoor door;
  private final PluginProvider provider;
  private final InstantSource clock;
  private final Set<Long> seated = ConcurrentHashMap.newKeySet();
  private final Map<Long, Instant> used = new ConcurrentHashMap<>();
  private final Map<Long, CompletableFuture<Boolean>> asking = new ConcurrentHashMap<>();

  public Remote(
      Seats seats, Users users, ServiceDoor door, PluginProvider provider, InstantSource clock) {
    this.seats = seats;
    this.users = users;
    this.door = door;
    this.provider = provider;
    this.clock = clock;
  }

  @Override
  public void welcome(User user) {
    try {
      if (seated.add(user.id())) {
        seats.seat(user.id());
      }
      ask(user);
    } catch (RuntimeException e) {
      seated.remove(user.id());
      LOG.warn("user {} has no seat at the Plug-in service yet: {}", user.id(), e.getMessage());
    }
  }

  /** One at a time for a user; whoever comes meanwhile waits for the same answer, or for none. */
  private CompletableFuture<Boolean> ask(User user) {
    CompletableFuture<Boolean> mine = new CompletableFuture<>();
    @Nullable CompletableFuture<Boolean> running = asking.putIfAbsent(user.id(), mine);
    if (running != null) {
      return running;
    }
    Thread.startVirtualThread(
        () -> {
          boolean given = false;
          try {
            given = given(user);
          } catch (RuntimeException e) {
            LOG.warn("user {}: {}", user.id(), e.getMessage());
          } finally {
            asking.remove(user.id());
            mine.complete(given);
          }
        });
    return mine;
  }

  /** Whether the user has a key now that the service does not refuse. */
  private boolean given(User user) {
    if (!seats.claim(user.id())) {
      return false;
    }
    try {
      // Read behind the claim: what another node has just been given must not be asked for again.
      Seat seat = seats.of(user.id()).orElseThrow();
      @Nullable Secret key = seat.key();
      if (key == null || !door.takes(key)) {
        Made made = made(user, seat);
        seats.keep(seat, made.pluginUserId(), made.key());
        LOG.info("user {} has a key of the Plug-in service", user.id());
      }
      return true;
    } catch (UpstreamFailed e) {
      LOG.warn(
          "the Plug-in service gave no key for user {}; it is asked again at the next login: {}",
          user.id(),
          e.getMessage());
      return false;
    } finally {
      seats.disclaim(user.id());
    }
  }

  private Made made(User user, Seat seat) throws UpstreamFailed {
    if (seat.pluginUserId() != null) {
      Optional<Made> again = door.again(seat.pluginUserId());
      if (again.isPresent()) {
        return again.get();
      }
    }
    return door.make(user.username());
  }

  /** The key of an account that has one is as good as can be known; else it is asked for. */
  @Override
  public Account current(Account account, Provider at) throws NoCredential {
    if (!account.secret().isEmpty()) {
      using(account.owner());
      return account;
    }
    @Nullable Secret key = seat(account.owner()).map(Seat::key).orElse(null);
    if (key == null) {
      throw new NoCredential(new Verdict.CallerFault(noSeat()));
    }
    using(account.owner());
    return account.with(key);
  }

  @Override
  public Account renewed(Account account, Provider at) throws NoCredential {
    return current(account, at);
  }

  /** A seat with a key; one is asked for where there is none, and waited for within bounds. */
  private Optional<Seat> seat(long user) {
    Optional<Seat> seat = seats.of(user).filter(found -> found.key() != null);
    Optional<User> who = seat.isPresent() ? Optional.empty() : users.find(user);
    if (who.isEmpty()) {
      return seat;
    }
    try {
      ask(who.get()).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.debug("no key for user {} in time", user);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return seats.of(user).filter(found -> found.key() != null);
  }

  private static Failure noSeat() {
    return Failure.of(
            Kind.UNAVAILABLE,
            "The Plug-in service has not made a user for you yet, because it is not reached or"
                + " refuses; try again soon, or log in again.")
        .retryAfter(AGAIN);
  }

  /** Written once a minute at most. */
  private void using(long user) {
    Instant now = clock.instant();
    @Nullable Instant before = used.get(user);
    if (before == null || before.plus(USED_AGAIN).isBefore(now)) {
      used.put(user, now);
      Thread.startVirtualThread(() -> used(user, now));
    }
  }

  private void used(long user, Instant now) {
    try {
      seats.used(user, now);
    } catch (RuntimeException e) {
      LOG.debug("when the seat of user {} was used cannot be written now", user);
    }
  }

  /** A user's seat; empty where the service has given no key, asked once more. */
  public Optional<Seat> find(User user) {
    return seat(user.id());
  }

  /** Makes a path at the service of what it calls the user. */
  @FunctionalInterface
  public interface At {
    String path(String pluginUserId);
  }

  /**
   * Asks the service in a user's name.
   *
   * @throws Refused (UNAVAILABLE) where it is not reached or the user has no key, (UPSTREAM) where
   *     it does not take the key
   */
  public Reply ask(User user, String method, At at, byte[] body) {
    return ask(user, method, at, Map.of(), body);
  }

  private Reply ask(User user, String method, At at, Map<String, String> headers, byte[] body) {
    Seat seat = seat(user.id()).orElseThrow(() -> new Refused(noSeat()));
    @Nullable Secret key = seat.key();
    if (key == null) {
      throw new Refused(noSeat());
    }
    using(user.id());
    try {
      String path = at.path(String.valueOf(seat.pluginUserId()));
      Reply reply = door.ask(method, path, key, headers, body);
      if (reply.status() == 401) {
        throw new Refused(PluginProvider.refusedKey(401));
      }
      return reply;
    } catch (UpstreamFailed e) {
      throw new Refused(PluginProvider.unreached(e));
    }
  }

  @Override
  public SortedSet<String> models(Caller caller) {
    @Nullable ApiKey key = caller.key();
    Map<String, String> headers =
        provider.introduction(key == null ? null : key.configType(), caller.onlyDedicated());
    Reply reply = ask(caller.user(), "GET", _ -> "/v1/models", headers, new byte[0]);
    if (reply.status() != 200) {
      throw new Refused(
          Kind.UPSTREAM,
          "The Plug-in service lists no models (it answered " + reply.status() + ").");
    }
    SortedSet<String> names = new TreeSet<>();
    for (JsonNode model : reply.json().path("data")) {
      String name = model.path("id").asText("");
      if (!name.isEmpty() && caller.mayUse(name)) {
        names.add(name);
      }
    }
    return names;
  }
}
