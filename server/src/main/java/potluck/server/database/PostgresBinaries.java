package potluck.server.database;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;

/** The PostgreSQL programs, unpacked once from a jar. */
final class PostgresBinaries {
  /** The version in the jar; the folder has this name. */
  static final String VERSION = "17.6.0";

  private PostgresBinaries() {}

  /**
   * The folder with {@code bin}, {@code lib} and {@code share}, complete or absent.
   *
   * @throws IOException if there are no programs for this machine
   */
  static Path unpack(Path folder) throws IOException {
    Path ready = folder.resolve(VERSION);
    if (Files.isDirectory(ready)) {
      return ready;
    }
    Files.createDirectories(folder);
    Path temporary = Files.createTempDirectory(folder, "unpacking-");
    try (InputStream archive = openArchive()) {
      unpack(archive, temporary);
      Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
      Files.move(temporary, ready, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      delete(temporary);
      if (Files.isDirectory(ready)) {
        return ready; // Another process has unpacked it meanwhile.
      }
      throw e;
    }
    return ready;
  }

  private static InputStream openArchive() throws IOException {
    String name = "/postgres-" + operatingSystem() + "-" + processor() + ".txz";
    @Nullable InputStream archive = PostgresBinaries.class.getResourceAsStream(name);
    if (archive == null) {
      throw new IOException(
          "This program has no PostgreSQL for this machine ("
              + operatingSystem()
              + ", "
              + processor()
              + "); set DATABASE_URL to a running one.");
    }
    return archive;
  }

  private static String operatingSystem() {
    return System.getProperty("os.name", "").toLowerCase(Locale.ROOT).split(" ")[0];
  }

  private static String processor() {
    String arch = System.getProperty("os.arch", "");
    return arch.equals("amd64") ? "x86_64" : arch.equals("aarch64") ? "arm_64" : arch;
  }

  private static void unpack(InputStream archive, Path folder) throws IOException {
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(archive, 1 << 16)))) {
      TarArchiveEntry entry;
      while ((entry = tar.getNextEntry()) != null) {
        Path file = folder.resolve(entry.getName()).normalize();
        if (!file.startsWith(folder)) {
          throw new IOException("the archive reaches out of its folder: " + entry.getName());
        }
        if (entry.isDirectory()) {
          Files.createDirectories(file);
        } else if (entry.isSymbolicLink()) {
          Files.createDirectories(file.getParent());
          Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
        } else {
          Files.createDirectories(file.getParent());
          Files.copy(tar, file);
          Files.setPosixFilePermissions(file, permissions(entry.getMode()));
        }
      }
    }
  }

  private static Set<PosixFilePermission> permissions(int mode) {
    return PosixFilePermissions.fromString((mode & 0100) != 0 ? "rwxr-xr-x" : "rw-r--r--");
  }

  /** Deletes a folder and everything in it, if it exists. */
  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
