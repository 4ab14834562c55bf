package potluck.server.api.identity;

import java.util.List;
import org.jspecify.annotations.Nullable;
import potluck.gateway.identity.Channels;
import potluck.server.http.ApiError;
import potluck.server.http.Policy;
import potluck.server.http.Request;
import potluck.server.http.Route;

/** {@code /api/settings/ui-default-channels}: which channel the origin's pages show first. */
final class ChannelRoutes {
  private final Channels channels;

  ChannelRoutes(Channels channels) {
    this.channels = channels;
  }

  List<Route> routes() {
    String path = "/api/settings/ui-default-channels";
    return List.of(
        new Route("GET", path, Policy.USER, this::get),
        new Route("PUT", path, Policy.USER, this::put));
  }

  record Defaults(@Nullable String accountsDefaultChannel, @Nullable String usageDefaultChannel) {}

  record Data(boolean success, Defaults data) {}

  private void get(Request request) {
    Channels.Shown shown = channels.of(request.caller().user().id());
    request.json(new Data(true, new Defaults(shown.accounts(), shown.usage())));
  }

  private void put(Request request) {
    Defaults wanted = request.body(Defaults.class);
    Channels.Shown shown =
        new Channels.Shown(
            channel(wanted.accountsDefaultChannel()), channel(wanted.usageDefaultChannel()));
    channels.set(request.caller().user().id(), shown);
    request.json(new Data(true, wanted));
  }

  private static @Nullable String channel(@Nullable String name) {
    if (name != null && !name.matches("[a-z0-9_-]{1,40}")) {
      throw new ApiError(
          422,
          "渠道名只能包含小写字母、数字、- 和 _，最多 40 个字符",
          "A channel is a word of small letters, digits, - and _, 40 at most.");
    }
    return name;
  }
}
