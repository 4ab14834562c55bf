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
 * Finds the addresses of an origin and judges each. The caller connects to what it gets and asks no
 * name server again, so a name cannot change between the check and the use. Thread-safe.
 */
final class AddressResolver {
  private final HostResolver resolver;
  private final AllowedHosts allowed;

  AddressResolver(HostResolver names, AllowedHosts allowed) {
    this.resolver = names;
    this.allowed = allowed;
  }

  /**
   * All addresses that may be reached; never empty.
   *
   * @throws UpstreamFailed ADDRESS_REFUSED if a single one may not: such a name is set up to
   *     mislead; UNRESOLVED or CONNECT_TIMEOUT when there is none
   */
  List<InetAddress> resolveAllowed(Origin origin, ExchangeDeadline watch) throws UpstreamFailed {
    allowed.judge(origin);
    @Nullable InetAddress literal = HostNames.literal(origin.host());
    List<InetAddress> found =
        literal != null ? List.of(literal) : resolve(origin.host(), watch.connectMillisLeft());
    for (InetAddress address : found) allowed.judge(origin, address);
    return found;
  }

  /**
   * The same for a connection through a proxy, which resolves by itself: here a name may also be
   * unknown.
   */
  void judgeBehindProxy(Origin origin, ExchangeDeadline watch) throws UpstreamFailed {
    try {
      resolveAllowed(origin, watch);
    } catch (UpstreamFailed failed) {
      if (failed.kind() != Kind.UNRESOLVED) throw failed;
    }
  }

  /**
   * A look-up cannot be broken off, so it runs beside us and is left behind when it is too slow.
   */
  List<InetAddress> resolve(String host, int millis) throws UpstreamFailed {
    var lookUp = new FutureTask<>(() -> resolver.resolve(host));
    Thread.ofVirtual().name("resolve-" + host).start(lookUp);
    try {
      return List.of(lookUp.get(millis, TimeUnit.MILLISECONDS));
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof UnknownHostException unknown)
        throw new UpstreamFailed(Kind.UNRESOLVED, host + " has no address", unknown);
      throw new UpstreamFailed(Kind.UNRESOLVED, host + " could not be looked up", failed);
    } catch (TimeoutException slow) {
      throw new UpstreamFailed(Kind.CONNECT_TIMEOUT, host + " was not looked up in time", slow);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new UpstreamFailed(Kind.ABORTED, "given up by our side", stop);
    }
  }
}
