package potluck.server.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The segments of a journal, copied while it may be written: a record that was only half there has
 * a wrong checksum and is passed over, with what came after it. Gone when it is closed.
 */
public final class JournalCopy implements AutoCloseable {
  private final Path folder;

  private JournalCopy(Path folder) {
    this.folder = folder;
  }

  /**
   * @param journal a folder; one that is not there has nothing in it
   */
  public static JournalCopy of(Path journal) throws IOException {
    JournalCopy copy = empty();
    for (Path segment : segments(journal)) {
      try {
        Files.copy(segment, copy.folder.resolve(segment.getFileName()));
      } catch (NoSuchFileException e) {
        // All of it has been posted meanwhile.
      }
    }
    return copy;
  }

  /** A folder for segments that come from elsewhere. */
  public static JournalCopy empty() throws IOException {
    return new JournalCopy(Files.createTempDirectory("potluck-journal"));
  }

  public Path folder() {
    return folder;
  }

  public List<Path> segments() throws IOException {
    return segments(folder);
  }

  /** The segments of a journal, the oldest first; none where there is no folder. */
  public static List<Path> segments(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return new ArrayList<>(
          files.filter(file -> file.toString().endsWith(".journal")).sorted().toList());
    }
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
