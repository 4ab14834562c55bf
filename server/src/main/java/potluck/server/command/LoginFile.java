package potluck.server.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The file with the login, in the user's own folder, readable by its owner only. */
final class LoginFile {
  private final Path file;

  private LoginFile(Path file) {
    this.file = file;
  }

  /**
   * @param url without a slash at its end
   */
  record Login(String url, String username, String accessToken, String refreshToken) {}

  /** {@code $XDG_CONFIG_HOME/potluck/login.json}, or below {@code ~/.config}. */
  static LoginFile of(Map<String, String> environment) {
    @Nullable String config = environment.get("XDG_CONFIG_HOME");
    Path folder =
        config == null || config.isBlank()
            ? Path.of(
                environment.getOrDefault("HOME", System.getProperty("user.home", ".")), ".config")
            : Path.of(config);
    return new LoginFile(folder.resolve("potluck").resolve("login.json"));
  }

  Path path() {
    return file;
  }

  Optional<Login> read() throws IOException {
    return Files.isReadable(file)
        ? Optional.of(ConsoleOutput.JSON.readValue(file.toFile(), Login.class))
        : Optional.empty();
  }

  /** Complete or not at all, and never readable by others. */
  Login write(Login login) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IOException(file + " has no parent folder");
    }
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path temporary =
        Files.createTempFile(
            folder,
            "login",
            ".new",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      Files.write(temporary, ConsoleOutput.JSON.writeValueAsBytes(login));
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      return login;
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  boolean delete() throws IOException {
    return Files.deleteIfExists(file);
  }
}
