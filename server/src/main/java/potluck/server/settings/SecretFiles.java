package potluck.server.settings;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import potluck.gateway.account.Secret;

/**
 * Secrets that the operator did not set: created once in the data folder, readable by its owner
 * only. Files are in UTF-8, because keys from a setting may contain any characters.
 */
public final class SecretFiles {
  public static final String JWT = "jwt";
  public static final String FERNET = "fernet";

  private final Path folder;
  private final boolean createsMissing;

  public SecretFiles(Path home) {
    this(home, true);
  }

  private SecretFiles(Path home, boolean creates) {
    this.folder = home.resolve("secrets");
    this.createsMissing = creates;
  }

  /** Does not create missing secrets; a random one that opens nothing is returned instead. */
  static SecretFiles readOnly(Path home) {
    return new SecretFiles(home, false);
  }

  /** Newest first. */
  public List<Secret> jwt() {
    return lines(readOrCreate(JWT, SecretFiles::newKey));
  }

  /** Newest first. */
  public List<Secret> fernet() {
    List<Secret> keys = lines(readOrCreate(FERNET, SecretFiles::newKey));
    if (!keys.stream().map(Secret::reveal).allMatch(SecretParser::isFernet)) {
      throw new IllegalStateException(
          "The secret "
              + file(FERNET)
              + " has a line that is not a key (32 bytes in URL-safe base64); restore it from a backup.");
    }
    return keys;
  }

  private static List<Secret> lines(Secret text) {
    return text.reveal()
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .map(Secret::new)
        .toList();
  }

  /** Replaces a list of keys, newest first, completely or not at all. */
  public void replace(String name, List<Secret> keys) {
    String text = keys.stream().map(Secret::reveal).collect(Collectors.joining("\n")) + "\n";
    try {
      Path temporary = temporaryFile(name);
      try {
        write(temporary, text);
        Files.move(temporary, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "The secret " + folder.resolve(name) + " cannot be written", e);
    }
  }

  /** The file of a list of keys. */
  public Path file(String name) {
    return folder.resolve(name);
  }

  /** The password of the embedded PostgreSQL. */
  public Secret postgres() {
    return readOrCreate("postgres", () -> newKey().replace("=", ""));
  }

  /** The id of this node, which names its journal. It is not a secret, but is also created once. */
  public UUID node() {
    return UUID.fromString(readOrCreate("node", () -> UUID.randomUUID().toString()).reveal());
  }

  /** A new Fernet key: 32 bytes in URL-safe base64. */
  public static String newKey() {
    byte[] bytes = new byte[32];
    new SecureRandom().nextBytes(bytes);
    return Base64.getUrlEncoder().encodeToString(bytes);
  }

  /** Forced to the disk: a secret that is lost in a crash makes data unreadable. */
  private static void write(Path file, String text) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  private Path temporaryFile(String name) throws IOException {
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    return Files.createTempFile(
        folder,
        name,
        ".new",
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }

  private Secret readOrCreate(String name, Supplier<String> generate) {
    Path file = folder.resolve(name);
    try {
      if (!createsMissing && !Files.exists(file)) {
        return new Secret(generate.get());
      }
      if (!Files.exists(file)) {
        Path temporary = temporaryFile(name);
        try {
          write(temporary, generate.get());
          Files.createLink(file, temporary); // If two programs start at once, the first one wins.
        } catch (FileAlreadyExistsException e) {
          // Then its secret is used.
        } finally {
          Files.delete(temporary);
        }
      }
      if (createsMissing) {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
      }
      Secret secret = new Secret(Files.readString(file, StandardCharsets.UTF_8).strip());
      if (secret.isEmpty()) {
        throw new IllegalStateException(
            "The secret "
                + file
                + " is empty; restore it from a backup, or delete the file to create a new one (what the old one encrypted or signed is lost then).");
      }
      return secret;
    } catch (IOException e) {
      throw new UncheckedIOException("The secret " + file + " can be neither read nor created", e);
    }
  }
}
