package potluck.server.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A PostgreSQL that runs on a data folder already. */
record Running(ProcessHandle process, int port) {

  /**
   * What {@code postmaster.pid} says, if it is still true: a process id can belong to somebody else
   * by now, so its command line must be a PostgreSQL's.
   */
  static Optional<Running> in(Path data) throws IOException {
    Path file = data.resolve("postmaster.pid");
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    List<String> lines = Files.readAllLines(file);
    if (lines.size() < 4) {
      return Optional.empty();
    }
    Optional<ProcessHandle> process =
        ProcessHandle.of(Long.parseLong(lines.getFirst().strip()))
            .filter(ProcessHandle::isAlive)
            .filter(handle -> isPostgres(handle, data));
    int port = Integer.parseInt(lines.get(3).strip());
    return process.map(handle -> new Running(handle, port));
  }

  private static boolean isPostgres(ProcessHandle handle, Path data) {
    try {
      Path commandLine = Path.of("/proc/" + handle.pid() + "/cmdline");
      return !Files.exists(commandLine) || Files.readString(commandLine).contains(data.toString());
    } catch (IOException e) {
      return true;
    }
  }
}
