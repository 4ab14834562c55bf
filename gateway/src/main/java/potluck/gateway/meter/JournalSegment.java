package potluck.gateway.meter;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * One file of the journal, mapped into memory: appended data survives the end of the process
 * without a system call. A record is its length, a checksum, a kind and its bytes; a length of zero
 * is the end. One writer at a time; readers may read what was appended before.
 */
final class JournalSegment implements AutoCloseable {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final int HEADER_BYTES = 4 + 4 + 1;

  private final long number;
  private final Path file;
  private final Arena arena;
  private final MemorySegment memory;
  private long end;

  private JournalSegment(long number, Path file, Arena arena, MemorySegment memory) {
    this.number = number;
    this.file = file;
    this.arena = arena;
    this.memory = memory;
  }

  /**
   * A record.
   *
   * @param next the offset of the record after it
   */
  record Entry(byte kind, byte[] bytes, long next) {}

  /**
   * Creates a segment and fills it with zeros, so that a full disk is detected now and not in the
   * middle of a record.
   *
   * @param bytes size of the file
   */
  static JournalSegment create(Path folder, long number, int bytes) throws IOException {
    Path file = folder.resolve("%012d.journal".formatted(number));
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer zeros = ByteBuffer.allocate(1 << 16);
      for (long at = 0; at < bytes; at += zeros.capacity()) {
        channel.write(zeros.clear(), at);
      }
      channel.force(true);
    } catch (IOException e) {
      Files.deleteIfExists(file);
      throw e;
    }
    return open(file, number);
  }

  @SuppressWarnings("MustBeClosedChecker") // The segment owns the arena and closes it in close().
  static JournalSegment open(Path file, long number) throws IOException {
    Arena arena = Arena.ofShared();
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return new JournalSegment(
          number, file, arena, channel.map(MapMode.READ_WRITE, 0, channel.size(), arena));
    } catch (IOException e) {
      arena.close();
      throw e;
    }
  }

  long number() {
    return number;
  }

  /** Appends a record; false if the segment is full. */
  boolean append(byte kind, byte[] bytes) {
    if (end + HEADER_BYTES + bytes.length + 4 > memory.byteSize()) {
      return false;
    }
    memory.set(ValueLayout.JAVA_BYTE, end + 8, kind);
    MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, end + HEADER_BYTES, bytes.length);
    memory.set(INT, end + 4, checksum(kind, bytes));
    // The length is written last: without it the record does not exist.
    VarHandle.releaseFence();
    memory.set(INT, end, bytes.length);
    end += HEADER_BYTES + bytes.length;
    return true;
  }

  /** The record at {@code at}; empty at the end and at a torn record. */
  Optional<Entry> read(long at) {
    if (at + HEADER_BYTES + 4 > memory.byteSize()) {
      return Optional.empty();
    }
    int length = memory.get(INT, at);
    if (length <= 0 || at + HEADER_BYTES + length > memory.byteSize()) {
      return Optional.empty();
    }
    byte kind = memory.get(ValueLayout.JAVA_BYTE, at + 8);
    byte[] bytes = new byte[length];
    MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, at + HEADER_BYTES, bytes, 0, length);
    if (memory.get(INT, at + 4) != checksum(kind, bytes)) {
      return Optional.empty();
    }
    return Optional.of(new Entry(kind, bytes, at + HEADER_BYTES + length));
  }

  /** Number of bytes appended since it was opened. */
  long append() {
    return end;
  }

  /** Size of the file in bytes. */
  long size() {
    return memory.byteSize();
  }

  /** Flushes the appended data to disk. */
  void force() {
    memory.force();
  }

  void delete() throws IOException {
    close();
    Files.deleteIfExists(file);
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }

  private static int checksum(byte kind, byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(kind);
    crc.update(bytes);
    return (int) crc.getValue();
  }
}
