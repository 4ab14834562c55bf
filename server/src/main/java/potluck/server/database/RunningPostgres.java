package potluck.server.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A PostgreSQL that runs on a data folder already, as its {@code postmaster.pid} tells. */
record RunningPostgres(ProcessHandle process, int port, boolean ready, boolean stopping) {
  private static final int PORT_LINE = 3;
  private static final int STATUS_LINE = 7;

  /**
   * What {@code postmaster.pid} says, if it is still true. A file that a killed PostgreSQL left is
   * not our business: the next one judges it by its shared memory too, and so notices children that
   * outlived their parent.
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
   * Takes away a {@code postmaster.pid} whose number belongs to another program by now, after a
   * restart of the machine or of a container: PostgreSQL would refuse to start beside it.
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

  /** A PostgreSQL works in its data folder; nobody else with its number would. */
  private static boolean servesIn(ProcessHandle handle, Path data) {
    Path folder = Path.of("/proc/" + handle.pid() + "/cwd");
    try {
      return Files.isSameFile(folder, data);
    } catch (NoSuchFileException e) {
      return false; // It ended just now.
    } catch (IOException e) {
      return true; // It hides from us: rather be told by PostgreSQL than run two of them.
    }
  }
}
