package potluck.server;

import java.net.URI;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import potluck.gateway.account.Accounts;
import potluck.gateway.account.Vault;
import potluck.gateway.identity.Users;
import potluck.gateway.plugin.PluginProvider;
import potluck.gateway.plugin.Remote;
import potluck.gateway.plugin.Seats;
import potluck.gateway.plugin.ServiceDoor;
import potluck.gateway.upstream.Bounds;
import potluck.server.settings.Settings;

/** What there is where the pool is at a Plug-in service elsewhere. */
record PlugIn(Seats seats, PluginProvider provider, Remote remote) {
  private static final Logger LOG = LoggerFactory.getLogger(PlugIn.class);

  static PlugIn at(Settings.PluginService service, Ground ground, Vault vault, Users users) {
    Settings.Upstreams bounds = ground.settings().upstreams();
    String base = service.base().toString();
    Seats seats = new Seats(ground.steady(), vault, ground.changes(), base);
    PluginProvider provider =
        new PluginProvider(
            new Bounds(bounds.connect(), bounds.firstByte(), bounds.idle(), bounds.total()));
    ServiceDoor door =
        new ServiceDoor(ground.upstream(), base, service.adminKey(), bounds.connect());
    return new PlugIn(seats, provider, new Remote(seats, users, door, provider, ground.clock()));
  }

  /** Everybody has a seat at the service; what was brought here before is left where it is. */
  void open(Accounts accounts) {
    seats.seatAll();
    int left = accounts.all().size();
    if (left > 0) {
      LOG.warn(
          "{} accounts of the built-in pool are not used while PLUGIN_API_BASE_URL is set", left);
    }
  }

  /** As UPSTREAM_ALLOWED_HOSTS has it: the operator who names a service means it to be reached. */
  static String host(Settings.PluginService service) {
    URI base = service.base();
    int port = base.getPort() >= 0 ? base.getPort() : base.getScheme().equals("https") ? 443 : 80;
    return base.getHost() + ":" + port;
  }
}
