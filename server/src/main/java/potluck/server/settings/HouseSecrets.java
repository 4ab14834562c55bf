package potluck.server.settings;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.UUID;
import potluck.gateway.account.Secret;

/**
 * Secrets that the operator did not give: made once, kept in the home, readable by its owner only.
 */
public final class HouseSecrets {
  private final Path folder;

  public HouseSecrets(Path home) {
    this.folder = home.resolve("secrets");
  }

  Secret jwt() {
    return keep("jwt", HouseSecrets::random);
  }

  Secret fernet() {
    return keep("fernet", HouseSecrets::random);
  }

  /** The password of our own PostgreSQL. */
  public Secret postgres() {
    return keep("postgres", () -> random().replace("=", ""));
  }

  /**
   * Names this home's journal among those of other nodes; no secret, but made once all the same.
   */
  public UUID node() {
    return UUID.fromString(keep("node", () -> UUID.randomUUID().toString()).reveal());
  }

  /** A fresh Fernet key: 32 bytes in URL-safe base64. */
  public static String random() {
    byte[] bytes = new byte[32];
    new SecureRandom().nextBytes(bytes);
    return Base64.getUrlEncoder().encodeToString(bytes);
  }

  private Secret keep(String name, java.util.function.Supplier<String> make) {
    Path file = folder.resolve(name);
    try {
      if (!Files.exists(file)) {
        Files.createDirectories(
            folder,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path half =
            Files.createTempFile(
                folder,
                name,
                ".new",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(half, make.get());
        Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
      }
      return new Secret(Files.readString(file).strip());
    } catch (IOException e) {
      throw new UncheckedIOException("the secret " + file + " can be neither read nor made", e);
    }
  }
}
