package potluck.server.backup;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import potluck.server.backup.BackupManifest.Part;

/** A backup file: a ZIP of parts and a manifest with the digest of each. */
final class BackupArchive {
  private BackupArchive() {}

  /** Writes the content of a part. */
  @FunctionalInterface
  interface PartWriter<E extends Exception> {
    void writeTo(OutputStream out) throws IOException, E;
  }

  /** Adds a part. */
  static <E extends Exception> Part addPart(ZipOutputStream zip, String name, PartWriter<E> writer)
      throws IOException, E {
    zip.putNextEntry(new ZipEntry(name));
    CountingOutputStream counted = new CountingOutputStream(zip);
    DigestOutputStream digested = new DigestOutputStream(counted, sha256());
    writer.writeTo(digested);
    digested.flush();
    zip.closeEntry();
    return new Part(
        name, counted.bytes, HexFormat.of().formatHex(digested.getMessageDigest().digest()));
  }

  /**
   * Reads the manifest.
   *
   * @throws IllegalStateException if the file is not a backup, or if a newer program wrote it
   */
  static BackupManifest manifest(ZipFile zip, Path file) throws IOException {
    @Nullable ZipEntry entry = zip.getEntry(BackupManifest.NAME);
    if (entry == null) {
      throw new IllegalStateException(
          file + " is not a backup of Potluck: it has no " + BackupManifest.NAME);
    }
    try (InputStream in = zip.getInputStream(entry)) {
      BackupManifest manifest = BackupManifest.JSON.readValue(in, BackupManifest.class);
      if (manifest.form() != BackupManifest.FORM) {
        throw new IllegalStateException(
            file
                + " was made by "
                + manifest.potluck()
                + " in a format that this program cannot read");
      }
      return manifest;
    }
  }

  /** The first damaged part; empty if all digests are right. */
  static Optional<String> findDamage(ZipFile zip, BackupManifest manifest) throws IOException {
    for (Part part : manifest.parts()) {
      @Nullable ZipEntry entry = zip.getEntry(part.name());
      if (entry == null) {
        return Optional.of(part.name() + " is missing");
      }
      MessageDigest digest = sha256();
      try (InputStream in = zip.getInputStream(entry);
          DigestOutputStream out =
              new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
        in.transferTo(out);
      } catch (IOException e) {
        return Optional.of(part.name() + " cannot be read: " + e.getMessage());
      }
      if (!HexFormat.of().formatHex(digest.digest()).equals(part.sha256())) {
        return Optional.of(part.name() + " does not match its digest");
      }
    }
    return Optional.empty();
  }

  static InputStream open(ZipFile zip, Part part) throws IOException {
    @Nullable ZipEntry entry = zip.getEntry(part.name());
    if (entry == null) {
      throw new IOException(part.name() + " is missing");
    }
    return zip.getInputStream(entry);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }

  /** Counts bytes, and keeps the archive open when a part is closed. */
  private static final class CountingOutputStream extends FilterOutputStream {
    private long bytes;

    CountingOutputStream(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int one) throws IOException {
      out.write(one);
      bytes++;
    }

    @Override
    public void write(byte[] many, int from, int length) throws IOException {
      out.write(many, from, length);
      bytes += length;
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }
}
