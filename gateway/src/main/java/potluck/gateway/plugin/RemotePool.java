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
import potluck.dialect.model.FailureException;
import potluck.gateway.account.Account;
import potluck.gateway.account.Secret;
import potluck.gateway.identity.User;
import potluck.gateway.identity.Users;
import potluck.gateway.key.ApiKey;
import potluck.gateway.key.Caller;
import potluck.gateway.plugin.PluginServiceClient.CreatedUser;
import potluck.gateway.plugin.PluginServiceClient.ServiceResponse;
import potluck.gateway.provider.CredentialSource;
import potluck.gateway.provider.NoCredential;
import potluck.gateway.provider.Provider;
import potluck.gateway.provider.Verdict;
import potluck.gateway.upstream.UpstreamFailed;

/**
 * A Plug-in service elsewhere. Each user here has a user there, who is made behind the first login
 * and looked at again behind each later one; a service that is down holds nobody up. Safe for use
 * by many threads.
 */
public final class RemotePool implements PoolBackend, CredentialSource {
  private static final Logger LOG = LoggerFactory.getLogger(RemotePool.class);
  private static final Duration MAX_KEY_WAIT = Duration.ofSeconds(12);
  private static final Duration USE_RECORD_INTERVAL = Duration.ofMinutes(1);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  private final PluginUsers pluginUsers;
  private final Users users;
  private final PluginServiceClient client;
  private final PluginProvider provider;
  private final InstantSource clock;
  private final Set<Long> knownUsers = ConcurrentHashMap.newKeySet();
  private final Map<Long, Instant> lastUsed = new ConcurrentHashMap<>();
  private final Map<Long, CompletableFuture<Boolean>> keyRequests = new ConcurrentHashMap<>();

  public RemotePool(
      PluginUsers seats,
      Users users,
      PluginServiceClient door,
      PluginProvider provider,
      InstantSource clock) {
    this.pluginUsers = seats;
    this.users = users;
    this.client = door;
    this.provider = provider;
    this.clock = clock;
  }

  @Override
  public void onLogin(User user) {
    try {
      if (knownUsers.add(user.id())) {
        pluginUsers.create(user.id());
      }
      send(user);
    } catch (RuntimeException e) {
      knownUsers.remove(user.id());
      LOG.warn("user {} has no seat at the Plug-in service yet: {}", user.id(), e.getMessage());
    }
  }

  /** One at a time for a user; whoever comes meanwhile waits for the same answer, or for none. */
  private CompletableFuture<Boolean> send(User user) {
    CompletableFuture<Boolean> mine = new CompletableFuture<>();
    @Nullable CompletableFuture<Boolean> running = keyRequests.putIfAbsent(user.id(), mine);
    if (running != null) {
      return running;
    }
    Thread.startVirtualThread(
        () -> {
          boolean given = false;
          try {
            given = requestKey(user);
          } catch (RuntimeException e) {
            LOG.warn("user {}: {}", user.id(), e.getMessage());
          } finally {
            keyRequests.remove(user.id());
            mine.complete(given);
          }
        });
    return mine;
  }

  /** Whether the user has a key now that the service does not refuse. */
  private boolean requestKey(User user) {
    if (!pluginUsers.claimKeyRequest(user.id())) {
      return false;
    }
    try {
      // Read behind the claim: what another node has just been given must not be asked for again.
      PluginUser seat = pluginUsers.findByUser(user.id()).orElseThrow();
      @Nullable Secret key = seat.key();
      if (key == null || !client.accepts(key)) {
        CreatedUser made = createOrRegenerate(user, seat);
        pluginUsers.saveKey(seat, made.pluginUserId(), made.key());
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
      pluginUsers.releaseKeyRequest(user.id());
    }
  }

  private CreatedUser createOrRegenerate(User user, PluginUser seat) throws UpstreamFailed {
    if (seat.pluginUserId() != null) {
      Optional<CreatedUser> again = client.regenerateKey(seat.pluginUserId());
      if (again.isPresent()) {
        return again.get();
      }
    }
    return client.createUser(user.username());
  }

  /** The key of an account that has one is as good as can be known; else it is asked for. */
  @Override
  public Account current(Account account, Provider at) throws NoCredential {
    if (!account.secret().isEmpty()) {
      recordUse(account.owner());
      return account;
    }
    @Nullable Secret key = pluginUser(account.owner()).map(PluginUser::key).orElse(null);
    if (key == null) {
      throw new NoCredential(new Verdict.CallerFault(noKey()));
    }
    recordUse(account.owner());
    return account.withSecret(key);
  }

  @Override
  public Account renew(Account account, Provider at) throws NoCredential {
    return current(account, at);
  }

  /** A seat with a key; one is asked for where there is none, and waited for within bounds. */
  private Optional<PluginUser> pluginUser(long user) {
    Optional<PluginUser> seat = pluginUsers.findByUser(user).filter(found -> found.key() != null);
    Optional<User> who = seat.isPresent() ? Optional.empty() : users.find(user);
    if (who.isEmpty()) {
      return seat;
    }
    try {
      send(who.get()).get(MAX_KEY_WAIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.debug("no key for user {} in time", user);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return pluginUsers.findByUser(user).filter(found -> found.key() != null);
  }

  private static Failure noKey() {
    return Failure.of(
            Kind.UNAVAILABLE,
            "The Plug-in service has not made a user for you yet, because it is not reached or"
                + " refuses; try again soon, or log in again.")
        .retryAfter(RETRY_AFTER);
  }

  /** Written once a minute at most. */
  private void recordUse(long user) {
    Instant now = clock.instant();
    @Nullable Instant before = lastUsed.get(user);
    if (before == null || before.plus(USE_RECORD_INTERVAL).isBefore(now)) {
      lastUsed.put(user, now);
      Thread.startVirtualThread(() -> lastUsed(user, now));
    }
  }

  private void lastUsed(long user, Instant now) {
    try {
      pluginUsers.saveLastUsed(user, now);
    } catch (RuntimeException e) {
      LOG.debug("when the seat of user {} was used cannot be written now", user);
    }
  }

  /** A user's seat; empty where the service has given no key, asked once more. */
  public Optional<PluginUser> find(User user) {
    return pluginUser(user.id());
  }

  /** Makes a path at the service of what it calls the user. */
  @FunctionalInterface
  public interface PathOf {
    String apply(String pluginUserId);
  }

  /**
   * Asks the service in a user's name.
   *
   * @throws FailureException (UNAVAILABLE) where it is not reached or the user has no key,
   *     (UPSTREAM) where it does not take the key
   */
  public ServiceResponse send(User user, String method, PathOf at, byte[] body) {
    return send(user, method, at, Map.of(), body);
  }

  private ServiceResponse send(
      User user, String method, PathOf at, Map<String, String> headers, byte[] body) {
    PluginUser seat = pluginUser(user.id()).orElseThrow(() -> new FailureException(noKey()));
    @Nullable Secret key = seat.key();
    if (key == null) {
      throw new FailureException(noKey());
    }
    recordUse(user.id());
    try {
      String path = at.apply(String.valueOf(seat.pluginUserId()));
      ServiceResponse reply = client.send(method, path, key, headers, body);
      if (reply.status() == 401) {
        throw new FailureException(PluginProvider.refusedKey(401));
      }
      return reply;
    } catch (UpstreamFailed e) {
      throw new FailureException(PluginProvider.unreachable(e));
    }
  }

  @Override
  public SortedSet<String> models(Caller caller) {
    @Nullable ApiKey key = caller.key();
    Map<String, String> headers =
        provider.callerHeaders(key == null ? null : key.configType(), caller.onlyDedicated());
    ServiceResponse reply = send(caller.user(), "GET", _ -> "/v1/models", headers, new byte[0]);
    if (reply.status() != 200) {
      throw new FailureException(
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
