package potluck.gateway.upstream;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Resolves host names: the JDK in production, a table in tests. Thread-safe. */
@FunctionalInterface
interface HostResolver {
  /** All addresses, at least one. */
  InetAddress[] resolve(String host) throws UnknownHostException;
}
