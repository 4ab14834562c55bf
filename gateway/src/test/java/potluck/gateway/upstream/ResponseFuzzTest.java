package potluck.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import potluck.kit.LoopbackServer;

/**
 * Mutated responses, by seed. Each ends in a response or in {@link UpstreamFailed}. The server
 * closes afterwards, so a client that still waits has a defect, which shows as a timeout and fails
 * the test. Seeds that found a defect stay here.
 */
class ResponseFuzzTest {
  private static final int ROUNDS = 600;

  private static final String[] PIECES = {
    "\r\n",
    "\n",
    "\r",
    "\0",
    ":",
    " ",
    ";",
    ",",
    "0",
    "ffffffffffffffff",
    "\r\n\r\n",
    "chunked",
    "content-length: 5\r\n",
    "transfer-encoding: chunked\r\n",
    "content-encoding: gzip\r\n",
    "HTTP/1.1 100 Continue\r\n\r\n",
    "HTTP/1.1 200 OK\r\n",
    "connection: close\r\n",
    "\t",
    "é"
  };

  private static List<byte[]> seeds() throws IOException {
    byte[] text = "data: {\"a\":\"ü\"}\n\n".repeat(20).getBytes(StandardCharsets.UTF_8);
    List<byte[]> seeds = new ArrayList<>();
    seeds.add(join("content-length: " + text.length + "\r\n", text));
    seeds.add(join("transfer-encoding: chunked\r\n", ResponseBodyTest.chunked(text, 11)));
    seeds.add(join("", text));
    byte[] gzip = ResponseBodyTest.gzip(text);
    seeds.add(join("content-encoding: gzip\r\ncontent-length: " + gzip.length + "\r\n", gzip));
    seeds.add(
        join(
            "content-encoding: gzip\r\ntransfer-encoding: chunked\r\n",
            ResponseBodyTest.chunked(gzip, 4)));
    return seeds;
  }

  private static byte[] join(String headers, byte[] body) {
    var all = new ByteArrayOutputStream();
    String head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n" + headers + "\r\n";
    all.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
    all.writeBytes(body);
    return all.toByteArray();
  }

  private static byte[] mutate(byte[] bytes, Random random) {
    byte[] result = bytes.clone();
    for (int i = random.nextInt(4); i >= 0 && result.length > 2; i--) {
      int at = random.nextInt(result.length);
      int to = Math.min(result.length, at + 1 + random.nextInt(12));
      byte[] piece = PIECES[random.nextInt(PIECES.length)].getBytes(StandardCharsets.UTF_8);
      switch (random.nextInt(5)) {
        case 0 -> result[at] = (byte) random.nextInt(256);
        case 1 -> result = splice(result, at, to, new byte[0]);
        case 2 -> result = splice(result, at, at, piece);
        case 3 -> result = splice(result, at, to, piece);
        default -> result[at] ^= (byte) (1 << random.nextInt(8));
      }
    }
    return result;
  }

  private static byte[] splice(byte[] bytes, int from, int to, byte[] piece) {
    var all = new ByteArrayOutputStream();
    all.write(bytes, 0, from);
    all.writeBytes(piece);
    all.write(bytes, to, bytes.length - to);
    return all.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 20_261_125})
  void mutatedResponseEndsInAResponseOrUpstreamFailed(long seed) throws Exception {
    var random = new Random(seed);
    List<byte[]> seeds = seeds();
    var next = new ConcurrentLinkedQueue<byte[]>();
    try (var server =
            LoopbackServer.start(
                peer -> {
                  while (peer.readRequest() != null) {
                    peer.write(next.remove());
                    peer.close();
                  }
                });
        var client = new UpstreamTestClient()) {
      String uri = server.address() + "/";
      var buffer = new byte[1 + random.nextInt(64)];
      for (int round = 0; round < ROUNDS; round++) {
        next.add(mutate(seeds.get(random.nextInt(seeds.size())), random));
        try (UpstreamResponse answer = client.get(uri)) {
          assertThat(answer.status()).isBetween(200, 599);
          while (answer.read(buffer, 0, buffer.length) > 0) {}
        } catch (UpstreamFailed failed) {
          assertThat(failed.kind().name()).as("round %d", round).doesNotContain("TIMEOUT");
        }
      }
    }
  }
}
