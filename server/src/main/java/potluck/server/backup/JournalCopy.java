package potluck.server.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A copy of journal segments that may still be written: an incomplete record has a wrong checksum,
 * and it and all after it are skipped. Deleted on close.
 */
public final class JournalCopy implements AutoCloseable {
  private final Path folder;

  private JournalCopy(Path folder) {
    this.folder = folder;
  }

  /**
   * Copies the segments.
   *
   * @param journal a folder; a missing one counts as empty
   */
  public static JournalCopy of(Path journal) throws IOException {
    JournalCopy copy = empty();
    for (Path segment : segments(journal)) {
      try {
        Files.copy(segment, copy.folder.resolve(segment.getFileName()));
      } catch (NoSuchFileException e) {
        // The segment has been posted and deleted meanwhile.
      }
    }
    return copy;
  }

  /** An empty folder for segments from a backup. */
  public static JournalCopy empty() throws IOException {
    return new JournalCopy(Files.createTempDirectory("potluck-journal"));
  }

  public Path folder() {
    return folder;
  }

  public List<Path> segments() throws IOException {
    return segments(folder);
  }

  /** The segments of a journal, oldest first; empty if there is no folder. */
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
