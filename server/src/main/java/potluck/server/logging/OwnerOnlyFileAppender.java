package potluck.server.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.rolling.RollingFileAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A log file that only its owner may read, because it may contain private data. Also holds for the
 * next files, whatever the umask.
 */
final class OwnerOnlyFileAppender extends RollingFileAppender<ILoggingEvent> {
  private static final Set<PosixFilePermission> OWNER =
      PosixFilePermissions.fromString("rw-------");

  @Override
  public void openFile(String name) throws IOException {
    Path file = Path.of(name).toAbsolutePath();
    Files.createDirectories(file.getParent());
    if (Files.exists(file)) {
      Files.setPosixFilePermissions(file, OWNER);
    } else {
      Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER));
    }
    super.openFile(name);
  }
}
