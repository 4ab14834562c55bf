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
 * A Plug-in service. Each user of this program has a user there, who is created in the background
 * after the first login and checked after each later login. A service that is down delays no login.
 * Thread-safe.
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
      PluginUsers pluginUsers,
      Users users,
      PluginServiceClient client,
      PluginProvider provider,
      InstantSource clock) {
    this.pluginUsers = pluginUsers;
    this.users = users;
    this.client = client;
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
      LOG.warn(
          "could not create the Plug-in service account of user {}: {}", user.id(), e.getMessage());
    }
  }

  /**
   * Requests a key in the background, one request per user at a time; concurrent callers get the
   * same future.
   */
  private CompletableFuture<Boolean> send(User user) {
    CompletableFuture<Boolean> own = new CompletableFuture<>();
    @Nullable CompletableFuture<Boolean> running = keyRequests.putIfAbsent(user.id(), own);
    if (running != null) {
      return running;
    }
    Thread.startVirtualThread(
        () -> {
          boolean accepted = false;
          try {
            accepted = requestKey(user);
          } catch (RuntimeException e) {
            LOG.warn("user {}: {}", user.id(), e.getMessage());
          } finally {
            keyRequests.remove(user.id());
            own.complete(accepted);
          }
        });
    return own;
  }

  /** Whether the user now has a key that the service accepts. */
  private boolean requestKey(User user) {
    if (!pluginUsers.claimKeyRequest(user.id())) {
      return false;
    }
    try {
      // Read after the claim: another node may just have received a key.
      PluginUser pluginUser = pluginUsers.findByUser(user.id()).orElseThrow();
      @Nullable Secret key = pluginUser.key();
      if (key == null || !client.accepts(key)) {
        CreatedUser created = createOrRegenerate(user, pluginUser);
        pluginUsers.saveKey(pluginUser, created.pluginUserId(), created.key());
        LOG.info("received a Plug-in service key for user {}", user.id());
      }
      return true;
    } catch (UpstreamFailed e) {
      LOG.warn(
          "the Plug-in service issued no key for user {}; trying again at the next login: {}",
          user.id(),
          e.getMessage());
      return false;
    } finally {
      pluginUsers.releaseKeyRequest(user.id());
    }
  }

  private CreatedUser createOrRegenerate(User user, PluginUser pluginUser) throws UpstreamFailed {
    if (pluginUser.pluginUserId() != null) {
      Optional<CreatedUser> again = client.regenerateKey(pluginUser.pluginUserId());
      if (again.isPresent()) {
        return again.get();
      }
    }
    return client.createUser(user.username());
  }

  /** Uses the stored key of the account; if no key is stored, requests one and waits for it. */
  @Override
  public Account current(Account account, Provider path) throws NoCredential {
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
  public Account renew(Account account, Provider path) throws NoCredential {
    return current(account, path);
  }

  /**
   * The user's account with a key; if it has no key yet, requests one and waits at most {@link
   * #MAX_KEY_WAIT}.
   */
  private Optional<PluginUser> pluginUser(long user) {
    Optional<PluginUser> pluginUser =
        pluginUsers.findByUser(user).filter(found -> found.key() != null);
    Optional<User> owner = pluginUser.isPresent() ? Optional.empty() : users.find(user);
    if (owner.isEmpty()) {
      return pluginUser;
    }
    try {
      send(owner.get()).get(MAX_KEY_WAIT.toMillis(), TimeUnit.MILLISECONDS);
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
            "The Plug-in service has not created a user for you yet, because it cannot be reached"
                + " or refuses to; try again soon, or log in again.")
        .retryAfter(RETRY_AFTER);
  }

  /** Saved at most once a minute. */
  private void recordUse(long user) {
    Instant now = clock.instant();
    @Nullable Instant before = lastUsed.get(user);
    if (before == null || before.plus(USE_RECORD_INTERVAL).isBefore(now)) {
      lastUsed.put(user, now);
      Thread.startVirtualThread(() -> saveLastUsed(user, now));
    }
  }

  private void saveLastUsed(long user, Instant now) {
    try {
      pluginUsers.saveLastUsed(user, now);
    } catch (RuntimeException e) {
      LOG.debug("could not save when the Plug-in service account of user {} was used", user);
    }
  }

  /**
   * The user's account at the service; empty if the service issued no key after another request.
   */
  public Optional<PluginUser> find(User user) {
    return pluginUser(user.id());
  }

  /** Builds the path of a request from the user's id at the service. */
  @FunctionalInterface
  public interface PathOf {
    String apply(String pluginUserId);
  }

  /**
   * Sends a request with the user's key.
   *
   * @throws FailureException UNAVAILABLE if the service is unreachable or the user has no key,
   *     UPSTREAM if the service rejects the key
   */
  public ServiceResponse send(User user, String method, PathOf path, byte[] body) {
    return send(user, method, path, Map.of(), body);
  }

  private ServiceResponse send(
      User user, String method, PathOf at, Map<String, String> headers, byte[] body) {
    PluginUser pluginUser = pluginUser(user.id()).orElseThrow(() -> new FailureException(noKey()));
    @Nullable Secret key = pluginUser.key();
    if (key == null) {
      throw new FailureException(noKey());
    }
    recordUse(user.id());
    try {
      String path = at.apply(String.valueOf(pluginUser.pluginUserId()));
      ServiceResponse response = client.send(method, path, key, headers, body);
      if (response.status() == 401) {
        throw new FailureException(PluginProvider.refusedKey(401));
      }
      return response;
    } catch (UpstreamFailed e) {
      throw new FailureException(PluginProvider.unreachable(e));
    }
  }

  @Override
  public SortedSet<String> models(Caller caller) {
    @Nullable ApiKey key = caller.key();
    Map<String, String> headers =
        provider.callerHeaders(key == null ? null : key.configType(), caller.onlyDedicated());
    ServiceResponse response = send(caller.user(), "GET", _ -> "/v1/models", headers, new byte[0]);
    if (response.status() != 200) {
      throw new FailureException(
          Kind.UPSTREAM,
          "The Plug-in service lists no models (it answered " + response.status() + ").");
    }
    SortedSet<String> names = new TreeSet<>();
    for (JsonNode model : response.json().path("data")) {
      String name = model.path("id").asText("");
      if (!name.isEmpty() && caller.mayUse(name)) {
        names.add(name);
      }
    }
    return names;
  }
}
