package potluck.server.api.identity;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import potluck.server.http.ApiError;
import potluck.server.http.MessageKey;

/** Rules for new user names and passwords. */
public final class CredentialRules {
  private static final Pattern USERNAME =
      Pattern.compile("[\\w.-]{3,50}", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Set<String> COMMON_PASSWORDS = readCommonPasswords();
  private static final int MIN_PASSWORD_LENGTH = 8;
  private static final int MAX_PASSWORD_LENGTH = 256;

  private CredentialRules() {}

  static String checkUsername(@Nullable String name) {
    if (name == null || !USERNAME.matcher(name).matches()) {
      throw new ApiError(422, MessageKey.INVALID_USERNAME);
    }
    return name;
  }

  static String checkPassword(@Nullable String password) {
    if (password == null
        || password.length() < MIN_PASSWORD_LENGTH
        || password.length() > MAX_PASSWORD_LENGTH) {
      throw new ApiError(
          422, MessageKey.PASSWORD_LENGTH_OUT_OF_RANGE, MIN_PASSWORD_LENGTH, MAX_PASSWORD_LENGTH);
    }
    if (COMMON_PASSWORDS.contains(password.toLowerCase(Locale.ROOT))) {
      throw new ApiError(422, MessageKey.PASSWORD_TOO_COMMON);
    }
    return password;
  }

  private static Set<String> readCommonPasswords() {
    try (InputStream in = CredentialRules.class.getResourceAsStream("/common-passwords.txt")) {
      if (in == null) {
        throw new IllegalStateException("common-passwords.txt is missing from the program");
      }
      return Set.copyOf(
          new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().distinct().toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
