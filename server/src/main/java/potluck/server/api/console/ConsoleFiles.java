package potluck.server.api.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import potluck.server.http.StaticPage;

/**
 * The files of the console by their path below {@code /console/}: those of module {@code console},
 * and below {@code vendor/} those of Lit. Each is read, freed of comments, compressed and hashed
 * once. Safe for use by many threads.
 */
final class ConsoleFiles {
  private static final Map<String, String> CONTENT_TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "svg", "image/svg+xml");
  private static final String VENDOR = "vendor/";

  /** Comments as the console's own scripts have them: {@code /**} and whole lines of {@code //}. */
  private static final Pattern DOC_COMMENT = Pattern.compile("/\\*\\*.*?\\*/ ?", Pattern.DOTALL);

  private static final Pattern LINE_COMMENT = Pattern.compile("(?m)^\\s*//.*\\R");
  private static final Pattern CSS_COMMENT = Pattern.compile("/\\*.*?\\*/", Pattern.DOTALL);
  private static final Pattern INDENTATION = Pattern.compile("(?m)^\\s+");

  private final Properties libraries = new Properties();
  private final @Nullable Path folder;
  private final Map<String, ConsoleFile> cache = new ConcurrentHashMap<>();

  /**
   * A file.
   *
   * @param gzip the same content, compressed
   * @param etag its hash, in quotes
   */
  record ConsoleFile(byte[] content, byte[] gzip, String etag, String contentType) {}

  /**
   * @param folder a folder to read the console from at every request, for developers; null reads it
   *     from the program
   */
  ConsoleFiles(@Nullable Path folder) {
    this.folder = folder;
    try (InputStream in = ConsoleFiles.class.getResourceAsStream("/console-libraries.properties")) {
      libraries.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file; empty if there is no such file. */
  Optional<ConsoleFile> find(String path) {
    @Nullable String contentType = CONTENT_TYPES.get(path.substring(path.lastIndexOf('.') + 1));
    if (contentType == null || !path.matches("[a-zA-Z0-9_-]+(/[a-zA-Z0-9_-]+)*\\.[a-z]+")) {
      return Optional.empty();
    }
    if (folder != null && !path.startsWith(VENDOR)) {
      return read(folder.resolve(path)).map(content -> file(content, contentType));
    }
    // Only files that exist are kept, so the program's own files bound this map.
    @Nullable ConsoleFile known = cache.get(path);
    if (known != null) {
      return Optional.of(known);
    }
    Optional<ConsoleFile> file =
        resource(path)
            .filter(name -> ConsoleFiles.class.getResource(name) != null)
            .map(StaticPage::readResource)
            .map(content -> path.startsWith(VENDOR) ? content : withoutComments(path, content))
            .map(content -> file(content, contentType));
    file.ifPresent(found -> cache.put(path, found));
    return file;
  }

  /** A script or style sheet without comments and indentation: a sixth less to transfer. */
  private static byte[] withoutComments(String path, byte[] content) {
    String text = new String(content, UTF_8);
    if (path.endsWith(".js")) {
      text = LINE_COMMENT.matcher(DOC_COMMENT.matcher(text).replaceAll("")).replaceAll("");
    } else if (path.endsWith(".css")) {
      text = CSS_COMMENT.matcher(text).replaceAll("");
    } else {
      return content;
    }
    return INDENTATION.matcher(text).replaceAll("").getBytes(UTF_8);
  }

  private Optional<String> resource(String path) {
    if (!path.startsWith(VENDOR)) {
      return Optional.of("/console/" + path);
    }
    int slash = path.indexOf('/', VENDOR.length());
    @Nullable String library =
        slash < 0 ? null : libraries.getProperty(path.substring(VENDOR.length(), slash));
    return library == null ? Optional.empty() : Optional.of(library + path.substring(slash + 1));
  }

  private static Optional<byte[]> read(Path file) {
    try {
      return Files.isRegularFile(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ConsoleFile file(byte[] content, String contentType) {
    String hash = HexFormat.of().formatHex(sha256(content), 0, 12);
    return new ConsoleFile(content, compress(content), '"' + hash + '"', contentType);
  }

  /** A hash as a Content-Security-Policy names it, such as {@code sha256-…}. */
  static String cspHash(byte[] content) {
    return "sha256-" + Base64.getEncoder().encodeToString(sha256(content));
  }

  private static byte[] sha256(byte[] content) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(content);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] compress(byte[] content) {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new SmallestGzip(compressed)) {
      out.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return compressed.toByteArray();
  }

  /** Compresses as well as the format allows: a file is compressed once and sent often. */
  private static final class SmallestGzip extends GZIPOutputStream {
    SmallestGzip(OutputStream out) throws IOException {
      super(out);
      def.setLevel(Deflater.BEST_COMPRESSION);
    }
  }
}
