package potluck.server.exporting;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.CopyOption;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Writes files for their owner only, because they hold personal data. Each file is written beside
 * its place and appears complete or not at all.
 */
public final class OwnerOnlyFile {
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private OwnerOnlyFile() {}

  /** Writes the content of a file. */
  @FunctionalInterface
  public interface ContentWriter<E extends Exception> {
    void writeTo(OutputStream out) throws IOException, E;
  }

  /**
   * Creates a file.
   *
   * @throws FileAlreadyExistsException if it exists; it is unchanged
   */
  public static <E extends Exception> void create(Path file, ContentWriter<E> writer)
      throws IOException, E {
    if (Files.exists(file)) {
      throw new FileAlreadyExistsException(file.toString());
    }
    writeAndMove(file, writer);
  }

  /** Creates or replaces a file; a pipe or another special file is written to directly. */
  public static <E extends Exception> void createOrReplace(Path file, ContentWriter<E> writer)
      throws IOException, E {
    if (!Files.exists(file)) {
      writeAndMove(file, writer);
    } else if (Files.isRegularFile(file)) {
      writeAndMove(file.toRealPath(), writer, StandardCopyOption.REPLACE_EXISTING);
    } else {
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
        writer.writeTo(out);
      }
    }
  }

  private static <E extends Exception> void writeAndMove(
      Path file, ContentWriter<E> writer, CopyOption... options) throws IOException, E {
    Path target = file.toAbsolutePath();
    Path folder = target.resolveSibling("");
    if (!Files.isDirectory(folder)) {
      throw new NoSuchFileException(folder + " is not a folder");
    }
    Path temporary = Files.createTempFile(folder, "." + target.getFileName(), ".part", OWNER_ONLY);
    try {
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(temporary))) {
        writer.writeTo(out);
      }
      Files.move(temporary, target, options);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}
