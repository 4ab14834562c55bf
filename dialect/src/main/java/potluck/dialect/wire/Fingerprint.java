package potluck.dialect.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A 64-bit hash of bytes that tells conversations apart. It is not cryptographic: collisions can be
 * constructed. For one thread.
 */
public final class Fingerprint {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long PRIME = 0x9E3779B97F4A7C15L;

  private long hash = PRIME;

  /** Adds a range, of which only the first 4 KiB and the length count. */
  public Fingerprint add(byte[] bytes, Span span) {
    int to = Math.min(span.to(), span.from() + 4096);
    int i = span.from();
    for (; i + 8 <= to; i += 8) {
      mix((long) LONG.get(bytes, i));
    }
    for (; i < to; i++) {
      mix(bytes[i]);
    }
    mix(span.length());
    return this;
  }

  private void mix(long value) {
    hash = Long.rotateLeft(hash ^ (value * PRIME), 29) * PRIME;
  }

  /** Sixteen hexadecimal digits. */
  public String hex() {
    return Long.toHexString((hash ^ (hash >>> 32)) | (1L << 63));
  }
}
