package potluck.server.api.identity;

import java.util.List;
import org.jspecify.annotations.Nullable;
import potluck.gateway.identity.ChannelPreferences;
import potluck.server.http.AccessPolicy;
import potluck.server.http.ApiError;
import potluck.server.http.Envelope;
import potluck.server.http.HttpRoute;
import potluck.server.http.MessageKey;
import potluck.server.http.Request;

/** {@code /api/settings/ui-default-channels}: the channels that AntiHub's pages select first. */
final class ChannelRoutes {
  private final ChannelPreferences channels;

  ChannelRoutes(ChannelPreferences channels) {
    this.channels = channels;
  }

  List<HttpRoute> routes() {
    String path = "/api/settings/ui-default-channels";
    return List.of(
        new HttpRoute("GET", path, AccessPolicy.USER, this::get),
        new HttpRoute("PUT", path, AccessPolicy.USER, this::put));
  }

  record Defaults(@Nullable String accountsDefaultChannel, @Nullable String usageDefaultChannel) {}

  private void get(Request request) {
    ChannelPreferences.Preferences shown = channels.get(request.caller().user().id());
    request.json(Envelope.data(new Defaults(shown.accounts(), shown.usage())));
  }

  private void put(Request request) {
    Defaults wanted = request.body(Defaults.class);
    ChannelPreferences.Preferences shown =
        new ChannelPreferences.Preferences(
            channel(wanted.accountsDefaultChannel()), channel(wanted.usageDefaultChannel()));
    channels.set(request.caller().user().id(), shown);
    request.json(Envelope.data(wanted));
  }

  private static @Nullable String channel(@Nullable String name) {
    if (name != null && !name.matches("[a-z0-9_-]{1,40}")) {
      throw new ApiError(422, MessageKey.INVALID_CHANNEL);
    }
    return name;
  }
}
