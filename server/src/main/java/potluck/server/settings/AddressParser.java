package potluck.server.settings;

import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.Secret;
import potluck.gateway.provider.Catalogue;
import potluck.gateway.upstream.Timeouts;

/** Parses addresses: database, Redis, providers, collector, Plug-in service. */
final class AddressParser {
  private static final Pattern DATABASE =
      Pattern.compile(
          "postgres(ql)?(\\+\\w+)?://([^@/\\s]+@)?(\\[[0-9a-fA-F:.]+]|[\\w.-]+)(:[0-9]{1,5})?/[^/?\\s]+(\\?\\S*)?");

  /** A percent sign that starts no encoded character. */
  private static final Pattern BAD_PERCENT = Pattern.compile("%(?![0-9a-fA-F]{2})");

  private static final String PLUGIN_BASE =
      "https?://(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9.-]+)(:[0-9]{1,5})?(/[\\w./-]*)?";

  private final SettingValues values;

  AddressParser(SettingValues values) {
    this.values = values;
  }

  Optional<String> database() {
    Optional<String> url = values.find(Setting.DATABASE_URL);
    if (url.filter(text -> !DATABASE.matcher(text).matches() || BAD_PERCENT.matcher(text).find())
        .isPresent()) {
      values.addProblem(
          "DATABASE_URL must look like postgresql://user:password@host:5432/name, with special"
              + " characters of user and password percent-encoded.");
    }
    return url;
  }

  Optional<URI> redis() {
    Optional<String> text = values.find(Setting.REDIS_URL);
    try {
      return text.map(URI::create)
          .filter(
              uri -> {
                boolean good =
                    uri.getHost() != null && String.valueOf(uri.getScheme()).matches("rediss?");
                if (!good) {
                  values.addProblem("REDIS_URL must look like redis://:password@host:6379/0.");
                }
                return good;
              });
    } catch (IllegalArgumentException e) {
      values.addProblem("REDIS_URL must look like redis://:password@host:6379/0.");
      return Optional.empty();
    }
  }

  Settings.Upstreams upstreams() {
    Optional<URI> proxy =
        values
            .find(Setting.UPSTREAM_PROXY)
            .flatMap(
                text -> {
                  if (text.matches("http://[\\w.-]+:[0-9]{1,5}/?")
                      && URI.create(text).getPort() <= 65535) {
                    return Optional.of(URI.create(text));
                  }
                  values.addProblem("UPSTREAM_PROXY must look like http://host:port.");
                  return Optional.empty();
                });
    Timeouts timeouts =
        new Timeouts(
            values.seconds(Setting.UPSTREAM_CONNECT_TIMEOUT),
            values.seconds(Setting.UPSTREAM_FIRST_BYTE_TIMEOUT),
            values.seconds(Setting.UPSTREAM_IDLE_TIMEOUT),
            values.seconds(Setting.UPSTREAM_TOTAL_TIMEOUT));
    return new Settings.Upstreams(proxy, timeouts, catalogue(timeouts));
  }

  /** The built-in providers and the operator's own, which take precedence. */
  private Catalogue catalogue(Timeouts timeouts) {
    Catalogue shipped = Catalogue.shipped(timeouts);
    Optional<Path> file = values.path(Setting.PROVIDERS_FILE);
    try {
      return file.isEmpty()
          ? shipped
          : shipped.with(substituteVariables(Files.readString(file.get())), timeouts);
    } catch (IOException e) {
      values.addProblem("PROVIDERS_FILE: the file " + file.get() + " cannot be read.");
    } catch (IllegalArgumentException e) {
      values.addProblem("PROVIDERS_FILE: " + e.getMessage() + ".");
    }
    return shipped;
  }

  /** Replaces {@code ${NAME}} by a setting, so that the file needs no secrets. */
  private String substituteVariables(String yaml) {
    return Pattern.compile("\\$\\{([A-Z][A-Z0-9_]*)\\}")
        .matcher(yaml)
        .replaceAll(
            found -> {
              @Nullable String value = values.value(found.group(1));
              if (value == null) {
                values.addProblem("PROVIDERS_FILE: " + found.group(1) + " is not set.");
              }
              return Matcher.quoteReplacement(value == null ? "" : value);
            });
  }

  Settings.Plugin plugin() {
    Optional<String> base = values.find(Setting.PLUGIN_API_BASE_URL);
    Optional<Secret> key = values.find(Setting.PLUGIN_API_ADMIN_KEY).map(Secret::new);
    Optional<Secret> serviceAdminKey =
        values.find(Setting.PLUGIN_SERVICE_ADMIN_KEY).map(Secret::new);
    if (base.isPresent() && key.isEmpty()) {
      values.addProblem(
          "PLUGIN_API_BASE_URL requires PLUGIN_API_ADMIN_KEY, the service's admin key.");
    }
    if (base.isPresent() && serviceAdminKey.isPresent()) {
      values.addProblem(
          "PLUGIN_SERVICE_ADMIN_KEY offers the built-in pool to others, but PLUGIN_API_BASE_URL puts the pool elsewhere; set only one of them.");
    }
    Optional<URI> address =
        base.filter(text -> text.matches(PLUGIN_BASE))
            .flatMap(text -> parseUri(text.replaceAll("/+$", "")));
    if (base.isPresent() && address.isEmpty()) {
      values.addProblem("PLUGIN_API_BASE_URL must look like http://host:8045.");
    }
    return new Settings.Plugin(
        address.flatMap(uri -> key.map(secret -> new Settings.PluginService(uri, secret))),
        serviceAdminKey);
  }

  Optional<Settings.Telemetry> telemetry() {
    String ratio = values.text(Setting.OTEL_TRACES_SAMPLER_ARG);
    if (!ratio.matches("0|1|[01]?\\.[0-9]{1,9}") || Double.parseDouble(ratio) > 1) {
      values.addProblem(
          "OTEL_TRACES_SAMPLER_ARG is '" + ratio + "'; it must be a number from 0 to 1.");
      return Optional.empty();
    }
    Optional<String> endpoint = values.find(Setting.OTEL_EXPORTER_OTLP_ENDPOINT);
    Optional<URI> collector =
        endpoint
            .filter(text -> text.matches("https?://[^\\s/?#@]+(/[^\\s?#]*)?"))
            .flatMap(AddressParser::parseUri);
    if (endpoint.isPresent() && collector.isEmpty()) {
      values.addProblem("OTEL_EXPORTER_OTLP_ENDPOINT must look like http://collector:4318.");
      return Optional.empty();
    }
    Map<String, Secret> headers = telemetryHeaders();
    return collector.map(
        uri ->
            new Settings.Telemetry(
                uri, headers, values.text(Setting.OTEL_SERVICE_NAME), Double.parseDouble(ratio)));
  }

  private static Optional<URI> parseUri(String text) {
    try {
      return Optional.of(URI.create(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** In the format of W3C baggage: values are percent-encoded. */
  private Map<String, Secret> telemetryHeaders() {
    Map<String, Secret> headers = new HashMap<>();
    for (String pair : values.list(Setting.OTEL_EXPORTER_OTLP_HEADERS)) {
      int equals = pair.indexOf('=');
      String name = pair.substring(0, Math.max(equals, 0)).strip();
      Optional<String> value = decode(pair.substring(equals + 1).strip());
      if (name.matches("[\\w.-]+") && value.isPresent()) {
        headers.put(name, new Secret(value.get()));
      } else {
        values.addProblem(
            "OTEL_EXPORTER_OTLP_HEADERS must look like name=value,name=value, with special"
                + " characters of values percent-encoded.");
      }
    }
    return headers;
  }

  private static Optional<String> decode(String value) {
    try {
      return Optional.of(URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
