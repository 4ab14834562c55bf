package potluck.browser;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/** Unpacks files of a JavaScript library that Maven downloaded as a jar. */
final class WebJar {
  private static final String ROOT = "META-INF/resources/webjars/";

  private WebJar() {}

  /**
   * Unpacks the files of a library below a folder; files that are there already are kept.
   *
   * @param library its name in the jar, such as {@code lit-html}
   * @param part the beginning of the paths in the library, such as {@code lib/}; empty for all
   * @param ending the end of the names of the files, such as {@code .d.ts}
   * @throws AssertionError if the library is not on the class path
   */
  static void unpack(String library, String part, String ending, Path folder) {
    try {
      URL found =
          Objects.requireNonNull(
              WebJar.class.getClassLoader().getResource(ROOT + library + "/"), library);
      JarFile jar = ((JarURLConnection) found.openConnection()).getJarFile();
      List<JarEntry> entries = jar.stream().filter(each -> !each.isDirectory()).toList();
      for (JarEntry entry : entries) {
        if (!entry.getName().startsWith(ROOT + library + "/")) {
          continue;
        }
        // After the name comes the version.
        String path = entry.getName().substring((ROOT + library + "/").length());
        path = path.substring(path.indexOf('/') + 1);
        if (path.startsWith(part) && path.endsWith(ending)) {
          copy(jar, entry, folder.resolve(path));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copy(JarFile jar, JarEntry entry, Path target) throws IOException {
    if (Files.exists(target) && Files.size(target) == entry.getSize()) {
      return;
    }
    Files.createDirectories(Objects.requireNonNull(target.getParent()));
    try (InputStream in = jar.getInputStream(entry)) {
      Files.write(target, in.readAllBytes());
    }
  }
}
