package potluck.server.http;

import java.util.List;
import org.jspecify.annotations.Nullable;
import potluck.dialect.Dialect;
import potluck.dialect.exchange.Dialects;

/**
 * What the clients of a route expect around its content: the language of requests and answers,
 * which credential counts first, and the form of errors. Each route has one. Immutable.
 *
 * @param dialect of model calls; null for routes that call no model
 * @param credentials where a credential for model calls may be, the first one counts
 * @param errors the form of errors
 * @param anthropicHeaders whether the response repeats the request id as {@code request-id} and the
 *     versions that were asked for, as Anthropic does
 * @param accountTypeHeader whether {@code x-account-type} may name the channel, as AntiHub's Gemini
 *     paths allow
 * @param claudeCode whether the route has the workarounds for Claude Code
 */
public record Surface(
    @Nullable Dialect dialect,
    List<CredentialPlace> credentials,
    Errors errors,
    boolean anthropicHeaders,
    boolean accountTypeHeader,
    boolean claudeCode) {

  /** Where a request may carry its credential. */
  public enum CredentialPlace {
    /** {@code Authorization: Bearer …}. */
    BEARER,
    /** {@code x-api-key}. */
    API_KEY_HEADER,
    /** {@code x-goog-api-key}. */
    GOOGLE_KEY_HEADER,
    /** {@code ?key=…}. */
    QUERY
  }

  /** The form of errors. */
  public enum Errors {
    /** As the dialect writes them. */
    DIALECT,
    /** {@code {"detail": …}} in the caller's language. */
    DETAIL,
    /** {@code {"error": …}} in English, and 400 instead of 422: AntiHub's Plug-in API. */
    PLUGIN_SERVICE
  }

  private static final List<CredentialPlace> BEARER_FIRST =
      List.of(
          CredentialPlace.BEARER,
          CredentialPlace.API_KEY_HEADER,
          CredentialPlace.GOOGLE_KEY_HEADER);
  private static final List<CredentialPlace> API_KEY_FIRST =
      List.of(
          CredentialPlace.API_KEY_HEADER,
          CredentialPlace.BEARER,
          CredentialPlace.GOOGLE_KEY_HEADER);
  private static final List<CredentialPlace> GOOGLE_KEY_FIRST =
      List.of(
          CredentialPlace.GOOGLE_KEY_HEADER,
          CredentialPlace.BEARER,
          CredentialPlace.API_KEY_HEADER);
  private static final List<CredentialPlace> GOOGLE_KEY_FIRST_THEN_QUERY =
      List.of(
          CredentialPlace.GOOGLE_KEY_HEADER,
          CredentialPlace.BEARER,
          CredentialPlace.API_KEY_HEADER,
          CredentialPlace.QUERY);

  /** Potluck's own API. */
  public static final Surface OWN =
      new Surface(null, BEARER_FIRST, Errors.DETAIL, false, false, false);

  /** The Plug-in API service that AntiHub backends use. */
  public static final Surface PLUGIN_SERVICE =
      new Surface(null, BEARER_FIRST, Errors.PLUGIN_SERVICE, false, false, false);

  /** OpenAI's API, and everything else below {@code /v1}. */
  public static final Surface OPENAI = dialect("openai", BEARER_FIRST);

  /** OpenAI's Responses API. */
  public static final Surface RESPONSES = dialect("responses", BEARER_FIRST);

  /** Anthropic's API. */
  public static final Surface ANTHROPIC =
      new Surface(find("anthropic"), API_KEY_FIRST, Errors.DIALECT, true, false, false);

  /** Anthropic's API with the workarounds for Claude Code. */
  public static final Surface CLAUDE_CODE =
      new Surface(find("anthropic"), API_KEY_FIRST, Errors.DIALECT, true, false, true);

  /** Gemini's API, version v1beta. */
  public static final Surface GEMINI =
      new Surface(find("gemini"), GOOGLE_KEY_FIRST_THEN_QUERY, Errors.DIALECT, false, true, false);

  /** Gemini's API, version v1. */
  public static final Surface GEMINI_V1 = dialect("gemini", GOOGLE_KEY_FIRST);

  /** AntiHub's own chat endpoint: OpenAI's dialect with both forms of errors. */
  public static final Surface ANTIHUB_CHAT =
      new Surface(find("openai"), BEARER_FIRST, Errors.DETAIL, false, false, false);

  /** AntiHub's own Gemini endpoint: Gemini's dialect with both forms of errors. */
  public static final Surface ANTIHUB_GEMINI =
      new Surface(find("gemini"), GOOGLE_KEY_FIRST, Errors.DETAIL, false, true, false);

  private static Surface dialect(String name, List<CredentialPlace> credentials) {
    return new Surface(find(name), credentials, Errors.DIALECT, false, false, false);
  }

  private static Dialect find(String name) {
    return Dialects.find(name).orElseThrow();
  }

  /**
   * The dialect of a route that calls models.
   *
   * @throws IllegalStateException if the route calls none
   */
  public Dialect modelDialect() {
    if (dialect == null) {
      throw new IllegalStateException("this surface calls no models");
    }
    return dialect;
  }
}
