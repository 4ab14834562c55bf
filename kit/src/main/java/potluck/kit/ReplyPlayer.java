package potluck.kit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import potluck.kit.fake.FakeReply;
import potluck.kit.fake.Fault;
import potluck.kit.fake.Fault.StallPoint;
import potluck.kit.fake.ProviderEndpoint;
import potluck.kit.fake.Script;

/** Plays one answer on one connection, with the fault that its script asks for. For one answer. */
final class ReplyPlayer {
  private final ServerConnection peer;
  private final RecordedRequest seen;

  ReplyPlayer(ServerConnection peer, RecordedRequest seen) {
    this.peer = peer;
    this.seen = seen;
  }

  /** Whether the connection is good for another request. */
  boolean play(FakeReply reply, Script script, ProviderEndpoint door) throws IOException {
    if (script.fault() instanceof Fault.Stall(StallPoint where)
        && where == StallPoint.BEFORE_HEADERS) return stall();
    return switch (reply) {
      case FakeReply.Complete whole when script.fault() instanceof Fault.Status status ->
          complete(failed(status, door), Fault.NONE);
      case FakeReply.Events _ when script.fault() instanceof Fault.Status status ->
          complete(failed(status, door), Fault.NONE);
      case FakeReply.Complete whole -> complete(withRateLimits(whole, door), script.fault());
      case FakeReply.Events events -> events(events, script, door.rateLimitHeaders());
    };
  }

  private static FakeReply.Complete failed(Fault.Status status, ProviderEndpoint door) {
    FakeReply.Complete usual = door.error(status.status(), "The upstream was told to fail.");
    Map<String, String> headers = new HashMap<>(usual.headers());
    headers.putAll(status.headers());
    String body = status.body().isEmpty() ? usual.body() : status.body();
    return new FakeReply.Complete(status.status(), headers, body);
  }

  private static FakeReply.Complete withRateLimits(
      FakeReply.Complete usual, ProviderEndpoint door) {
    Map<String, String> headers = new HashMap<>(door.rateLimitHeaders());
    headers.putAll(usual.headers());
    return new FakeReply.Complete(usual.status(), headers, usual.body());
  }

  private boolean complete(FakeReply.Complete reply, Fault fault) throws IOException {
    byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
    Map<String, String> headers = new HashMap<>(reply.headers());
    headers.putIfAbsent("content-type", "application/json");
    headers.put("content-length", Integer.toString(body.length));
    int whole = body.length;
    int played =
        switch (fault) {
          case Fault.Cut(int bytes) -> Math.min(bytes, whole);
          case Fault.Stall(StallPoint where) -> where == StallPoint.AFTER_HEADERS ? 0 : whole / 2;
          default -> whole;
        };
    if (fault instanceof Fault.EventDelay drip) LockSupport.parkNanos(drip.pause().toNanos());
    peer.write(join(head(reply.status(), headers), Arrays.copyOf(body, played)));
    if (fault instanceof Fault.Stall) return stall();
    return played == whole;
  }

  private boolean events(FakeReply.Events reply, Script script, Map<String, String> limits)
      throws IOException {
    String type = reply.array() ? "application/json" : "text/event-stream; charset=utf-8";
    Map<String, String> headers = new HashMap<>(limits);
    headers.put("content-type", type);
    headers.put("transfer-encoding", "chunked");
    peer.write(head(200, headers));
    List<byte[]> pieces = new EventFramer(reply, script).pieces();
    int last = pieces.size();
    if (script.fault() instanceof Fault.Stall(StallPoint where)) {
      last =
          switch (where) {
            case BEFORE_HEADERS, AFTER_HEADERS -> 0;
            case MID_STREAM -> pieces.size() / 2;
            case BEFORE_LAST_EVENT -> pieces.size() - 1;
          };
    }
    int left = script.fault() instanceof Fault.Cut(int bytes) ? bytes : Integer.MAX_VALUE;
    for (byte[] piece : pieces.subList(0, last)) {
      if (script.fault() instanceof Fault.EventDelay drip)
        LockSupport.parkNanos(drip.pause().toNanos());
      byte[] part = piece.length > left ? Arrays.copyOf(piece, left) : piece;
      if (part.length > 0) peer.write(chunk(part));
      left -= part.length;
      if (part.length < piece.length) return false;
    }
    if (script.fault() instanceof Fault.Stall) return stall();
    peer.write("0\r\n\r\n");
    return true;
  }

  /** Nothing more is said, until the client has had enough. */
  private boolean stall() throws IOException {
    try {
      seen.awaitClientGone();
      return false;
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
  }

  private static byte[] head(int status, Map<String, String> headers) {
    var head = new StringBuilder("HTTP/1.1 " + status + " Fake\r\nx-request-id: req_fake\r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] chunk(byte[] piece) {
    byte[] size = (Integer.toHexString(piece.length) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    return join(join(size, piece), new byte[] {'\r', '\n'});
  }

  private static byte[] join(byte[] first, byte[] second) {
    var all = new ByteArrayOutputStream(first.length + second.length);
    all.writeBytes(first);
    all.writeBytes(second);
    return all.toByteArray();
  }
}
