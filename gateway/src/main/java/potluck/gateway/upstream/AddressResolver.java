package potluck.gateway.upstream;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import potluck.gateway.upstream.UpstreamFailed.Kind;

/**
 * Resolves the addresses of an origin and checks each. The caller connects to the returned
 * addresses without another look-up, so a name cannot change between check and use. Thread-safe.
 */
final class AddressResolver {
  private final HostResolver resolver;
  private final AllowedHosts allowed;

  AddressResolver(HostResolver resolver, AllowedHosts allowed) {
    this.resolver = resolver;
    this.allowed = allowed;
  }

  /**
   * All addresses of the origin; never empty.
   *
   * @throws UpstreamFailed ADDRESS_REFUSED if even one of them may not be reached, because such a
   *     name is set up to mislead; UNRESOLVED if the name has no address; CONNECT_TIMEOUT if DNS
   *     does not answer in time
   */
  List<InetAddress> resolveAllowed(Origin origin, ExchangeDeadline deadline) throws UpstreamFailed {
    allowed.judge(origin);
    @Nullable InetAddress literal = HostNames.literal(origin.host());
    List<InetAddress> found =
        literal != null ? List.of(literal) : resolve(origin.host(), deadline.connectMillisLeft());
    for (InetAddress address : found) {
      allowed.judge(origin, address);
    }
    return found;
  }

  /**
   * Checks an origin behind a proxy, which resolves the name itself: here the name may be unknown.
   */
  void judgeBehindProxy(Origin origin, ExchangeDeadline deadline) throws UpstreamFailed {
    try {
      resolveAllowed(origin, deadline);
    } catch (UpstreamFailed failed) {
      if (failed.kind() != Kind.UNRESOLVED) {
        throw failed;
      }
    }
  }

  /**
   * Resolves a name on a separate thread, which is abandoned if it is too slow, because a look-up
   * cannot be cancelled.
   */
  List<InetAddress> resolve(String host, int millis) throws UpstreamFailed {
    var lookUp = new FutureTask<>(() -> resolver.resolve(host));
    Thread.ofVirtual().name("resolve-" + host).start(lookUp);
    try {
      return List.of(lookUp.get(millis, TimeUnit.MILLISECONDS));
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof UnknownHostException unknown) {
        throw new UpstreamFailed(Kind.UNRESOLVED, host + " has no address", unknown);
      }
      throw new UpstreamFailed(Kind.UNRESOLVED, host + " could not be looked up", failed);
    } catch (TimeoutException slow) {
      throw new UpstreamFailed(Kind.CONNECT_TIMEOUT, host + " was not looked up in time", slow);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new UpstreamFailed(Kind.ABORTED, "cancelled by this program", stop);
    }
  }
}
