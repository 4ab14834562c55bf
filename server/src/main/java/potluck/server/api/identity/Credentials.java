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

/** What names and passwords may look like when they are chosen. */
public final class Credentials {
  private static final Pattern USERNAME =
      Pattern.compile("[\\w.-]{3,50}", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Set<String> COMMON = common();
  private static final int SHORTEST = 8;
  private static final int LONGEST = 256;

  private Credentials() {}

  static String username(@Nullable String name) {
    if (name == null || !USERNAME.matcher(name).matches()) {
      throw new ApiError(
          422,
          "用户名需要 3 到 50 个字符：字母、数字、点、横线、下划线",
          "A user name has 3 to 50 letters, digits, dots, hyphens or underscores.");
    }
    return name;
  }

  static String password(@Nullable String password) {
    if (password == null || password.length() < SHORTEST || password.length() > LONGEST) {
      throw new ApiError(
          422,
          "密码需要 " + SHORTEST + " 到 " + LONGEST + " 个字符",
          "A password has " + SHORTEST + " to " + LONGEST + " characters.");
    }
    if (COMMON.contains(password.toLowerCase(Locale.ROOT))) {
      throw new ApiError(
          422,
          "这个密码太常见，请换一个",
          "This password is among those that are tried first; choose another one.");
    }
    return password;
  }

  private static Set<String> common() {
    try (InputStream in = Credentials.class.getResourceAsStream("/common-passwords.txt")) {
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
