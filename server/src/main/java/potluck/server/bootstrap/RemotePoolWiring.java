package potluck.server.bootstrap;

import java.net.URI;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import potluck.gateway.account.Accounts;
import potluck.gateway.account.Vault;
import potluck.gateway.identity.Users;
import potluck.gateway.plugin.PluginProvider;
import potluck.gateway.plugin.PluginServiceClient;
import potluck.gateway.plugin.PluginUsers;
import potluck.gateway.plugin.RemotePool;
import potluck.gateway.upstream.Timeouts;
import potluck.server.settings.Settings;

/** What is needed if the pool is at a Plug-in service. */
record RemotePoolWiring(PluginUsers pluginUsers, PluginProvider provider, RemotePool remote) {
  private static final Logger LOG = LoggerFactory.getLogger(RemotePoolWiring.class);

  static RemotePoolWiring connect(
      Settings.PluginService service, Infrastructure infrastructure, Vault vault, Users users) {
    Timeouts timeouts = infrastructure.settings().upstreams().timeouts();
    String base = service.base().toString();
    PluginUsers pluginUsers =
        new PluginUsers(infrastructure.backgroundJdbi(), vault, infrastructure.changes(), base);
    PluginProvider provider = new PluginProvider(timeouts);
    PluginServiceClient client =
        new PluginServiceClient(
            infrastructure.upstream(), base, service.adminKey(), timeouts.connect());
    return new RemotePoolWiring(
        pluginUsers,
        provider,
        new RemotePool(pluginUsers, users, client, provider, infrastructure.clock()));
  }

  /** Creates missing users at the service. Accounts on this server are kept but not used. */
  void createPluginUsers(Accounts accounts) {
    pluginUsers.createMissing();
    int left = accounts.all().size();
    if (left > 0) {
      LOG.warn(
          "{} accounts of the built-in pool are not used while PLUGIN_API_BASE_URL is set", left);
    }
  }

  /**
   * The entry for UPSTREAM_ALLOWED_HOSTS: the operator who sets a service wants it to be reachable.
   */
  static String hostAndPort(Settings.PluginService service) {
    URI base = service.base();
    int port = base.getPort() >= 0 ? base.getPort() : base.getScheme().equals("https") ? 443 : 80;
    return base.getHost() + ":" + port;
  }
}
