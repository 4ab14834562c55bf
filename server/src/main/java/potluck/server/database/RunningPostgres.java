package potluck.server.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A running PostgreSQL, read from {@code postmaster.pid}. */
record RunningPostgres(ProcessHandle process, int port, boolean ready, boolean stopping) {
  private static final int PORT_LINE = 3;
  private static final int STATUS_LINE = 7;

  /**
   * What {@code postmaster.pid} says, if it is still true. A stale file of a killed PostgreSQL is
   * left alone: the next one checks its shared memory too, and so notices children that outlived
   * their parent.
   */
  static Optional<RunningPostgres> find(Path data) throws IOException {
    List<String> lines = lines(data);
    if (lines.size() <= PORT_LINE || !lines.get(PORT_LINE).strip().matches("[0-9]{1,5}")) {
      return Optional.empty();
    }
    int port = Integer.parseInt(lines.get(PORT_LINE).strip());
    String status = lines.size() > STATUS_LINE ? lines.get(STATUS_LINE).strip() : "";
    return process(lines)
        .filter(handle -> servesIn(handle, data))
        .map(
            handle ->
                new RunningPostgres(
                    handle, port, status.equals("ready"), status.equals("stopping")));
  }

  /**
   * Deletes a {@code postmaster.pid} whose process id belongs to another program, after a restart
   * of the machine or container: PostgreSQL would refuse to start.
   */
  static void deleteStalePidFile(Path data) throws IOException {
    if (process(lines(data)).filter(handle -> !servesIn(handle, data)).isPresent()) {
      Files.deleteIfExists(data.resolve("postmaster.pid"));
    }
  }

  private static List<String> lines(Path data) throws IOException {
    try {
      return Files.readAllLines(data.resolve("postmaster.pid"));
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  private static Optional<ProcessHandle> process(List<String> lines) {
    return lines.stream()
        .findFirst()
        .map(String::strip)
        .filter(text -> text.matches("[0-9]{1,10}"))
        .flatMap(text -> ProcessHandle.of(Long.parseLong(text)))
        .filter(ProcessHandle::isAlive);
  }

  /** PostgreSQL's working directory is its data folder; no other process has it. */
  private static boolean servesIn(ProcessHandle handle, Path data) {
    Path folder = Path.of("/proc/" + handle.pid() + "/cwd");
    try {
      return Files.isSameFile(folder, data);
    } catch (NoSuchFileException e) {
      return false; // It has just ended.
    } catch (IOException e) {
      return true; // The process cannot be inspected: let PostgreSQL decide rather than start a
      // second one.
    }
  }
}
