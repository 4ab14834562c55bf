package potluck.gateway.relay;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import potluck.gateway.account.Account;
import potluck.gateway.account.AccountId;
import potluck.gateway.account.Accounts;
import potluck.gateway.account.Standing;
import potluck.gateway.meter.ModelGroups;
import potluck.gateway.provider.Catalogue;
import potluck.gateway.provider.CredentialSource;
import potluck.gateway.provider.NoCredential;
import potluck.gateway.provider.Provider;
import potluck.gateway.provider.Verdict;
import potluck.gateway.quota.Quotas;
import potluck.gateway.store.ChangeFeed;
import potluck.gateway.store.ChangeFeed.Topic;

/**
 * Tests shared accounts that have not served yet, in the background: an account brings its owner
 * quota only for models that it was seen to serve. The provider's own list of models proves a
 * credential of that provider; at other addresses, one model of each group is asked for one token.
 * Each account is tested at most once an hour, by one node. Thread-safe.
 */
public final class AccountTester implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AccountTester.class);
  private static final int MAX_WAITING = 10_000;
  private static final int MAX_AT_ONCE = 8;

  /** Groups of models that one test asks for; the others count when they have served. */
  private static final int MAX_GROUPS = 5;

  private final Accounts accounts;
  private final Catalogue catalogue;
  private final CredentialSource credentials;
  private final NeutralProbe probe;
  private final UpstreamModels upstreamModels;
  private final ModelGroups groups;
  private final Quotas quotas;
  private final BlockingQueue<AccountId> waiting = new LinkedBlockingQueue<>(MAX_WAITING);
  private final Semaphore places = new Semaphore(MAX_AT_ONCE);
  private final Thread thread = Thread.ofVirtual().name("account tests").unstarted(this::run);

  public AccountTester(
      Accounts accounts,
      Catalogue catalogue,
      CredentialSource credentials,
      NeutralProbe probe,
      UpstreamModels upstreamModels,
      ModelGroups groups,
      Quotas quotas,
      ChangeFeed changes) {
    this.accounts = accounts;
    this.catalogue = catalogue;
    this.credentials = credentials;
    this.probe = probe;
    this.upstreamModels = upstreamModels;
    this.groups = groups;
    this.quotas = quotas;
    changes.listen(
        change -> {
          if (change.topic() == Topic.ACCOUNT && !waiting.offer(new AccountId(change.id()))) {
            LOG.warn("too many accounts wait for a test; {} is not tested", change.id());
          }
        });
  }

  public void start() {
    thread.start();
  }

  private void run() {
    try {
      while (true) {
        AccountId next = waiting.take();
        places.acquire();
        Thread.ofVirtual().name("account test").start(() -> testAndRelease(next));
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  private void testAndRelease(AccountId id) {
    try {
      accounts.find(id).ifPresent(this::test);
    } catch (RuntimeException e) {
      LOG.warn("could not test account {}: {}", id, e.getMessage());
    } finally {
      places.release();
    }
  }

  private void test(Account account) {
    if (!account.shared() || !account.enabled() || account.standing() instanceof Standing.Revoked) {
      return;
    }
    Set<String> untried = quotas.untriedModels(account);
    Optional<Provider> provider = catalogue.find(account.provider());
    if (untried.isEmpty() || provider.isEmpty() || !accounts.claimTest(account.id())) {
      return;
    }
    try {
      Account current = credentials.current(account, provider.get());
      Set<String> served = new HashSet<>(listed(current, provider.get(), untried));
      served.addAll(asked(current, provider.get(), untried, served));
      LOG.info("account {} serves {} of {} models", account.id(), served.size(), untried.size());
      if (!served.isEmpty()) {
        quotas.confirmAccount(account.id(), served);
      }
    } catch (NoCredential none) {
      LOG.info("account {} has no token to be tested with", account.id());
    }
  }

  /** The models that the provider's own list has. A list of somebody's server proves nothing. */
  private List<String> listed(Account account, Provider provider, Set<String> untried) {
    if (!provider.baseUrl().equals(account.baseUrl())) {
      return List.of();
    }
    Set<String> names = Set.copyOf(upstreamModels.list(account, provider));
    return untried.stream()
        .filter(model -> names.contains(provider.target(account, model).model()))
        .toList();
  }

  /** The models that answer, one of each group that is not known to be served. */
  private Set<String> asked(
      Account account, Provider provider, Set<String> untried, Set<String> served) {
    Map<String, String> byGroup = new LinkedHashMap<>();
    untried.forEach(model -> byGroup.putIfAbsent(groups.of(model), model));
    served.forEach(model -> byGroup.remove(groups.of(model)));
    Set<String> answered = new TreeSet<>();
    byGroup.values().stream()
        .limit(MAX_GROUPS)
        .filter(model -> probe.ask(account, provider, model) instanceof Verdict.Served)
        .forEach(answered::add);
    return answered;
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
