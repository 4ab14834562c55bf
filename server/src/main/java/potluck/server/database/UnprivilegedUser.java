package potluck.server.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.ArrayList;
import java.util.List;

/**
 * PostgreSQL refuses to run as root. If Potluck is root (a container), PostgreSQL runs in a user
 * namespace in which it is not root while its files stay root's; if that is forbidden, it runs as
 * the user {@code nobody}, who gets its folder.
 */
final class UnprivilegedUser {
  private static final String NOBODY = "65534";

  private final List<String> prefix;
  private final boolean changesOwner;

  private UnprivilegedUser(List<String> prefix, boolean changesOwnership) {
    this.prefix = prefix;
    this.changesOwner = changesOwnership;
  }

  /**
   * @param folder that PostgreSQL must be able to write
   */
  static UnprivilegedUser find(Path folder) throws IOException {
    if (!"root".equals(System.getProperty("user.name"))) {
      return new UnprivilegedUser(List.of(), false);
    }
    if (works("unshare", "--user", "true")) {
      return new UnprivilegedUser(List.of("unshare", "--user"), false);
    }
    List<String> setpriv =
        List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups");
    List<String> attempt = new ArrayList<>(setpriv);
    attempt.addAll(List.of("test", "-x", folder.toString()));
    if (works(attempt.toArray(String[]::new))) {
      UnprivilegedUser user = new UnprivilegedUser(setpriv, true);
      user.giveOwnership(folder);
      return user;
    }
    throw new IllegalStateException(
        "PostgreSQL refuses to run as root, and neither 'unshare --user' nor 'setpriv' works with "
            + folder
            + "; start Potluck as another user, or set DATABASE_URL.");
  }

  List<String> command(List<String> command) {
    List<String> commandLine = new ArrayList<>(prefix);
    commandLine.addAll(command);
    return commandLine;
  }

  /** Gives a file to PostgreSQL's user. */
  void giveOwnership(Path file) throws IOException {
    if (!changesOwner) {
      return;
    }
    try {
      Files.setOwner(
          file,
          file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));
    } catch (UserPrincipalNotFoundException e) {
      throw new IOException("this machine has no user 'nobody'", e);
    }
  }

  private static boolean works(String... command) throws IOException {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false; // The program does not exist.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
