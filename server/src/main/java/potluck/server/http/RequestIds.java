package potluck.server.http;

import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** Creates request ids: UUIDs of version 7 (RFC 9562), which sort by time. */
final class RequestIds {
  private RequestIds() {}

  static UUID next() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    long time = System.currentTimeMillis() << 16;
    return new UUID(
        time | 0x7000 | random.nextInt(0x1000),
        (random.nextLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L);
  }
}
