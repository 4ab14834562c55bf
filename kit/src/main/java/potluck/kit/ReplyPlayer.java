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

/** Writes one reply to a connection, with the fault of its script. For one reply. */
final class ReplyPlayer {
  private final ServerConnection peer;
  private final RecordedRequest recorded;

  ReplyPlayer(ServerConnection peer, RecordedRequest recorded) {
    this.peer = peer;
    this.recorded = recorded;
  }

  /**
   * Writes the reply.
   *
   * @return whether the connection can serve another request
   */
  boolean play(FakeReply reply, Script script, ProviderEndpoint endpoint) throws IOException {
    if (script.fault() instanceof Fault.Stall(StallPoint where)
        && where == StallPoint.BEFORE_HEADERS) {
      return stall();
    }
    return switch (reply) {
      case FakeReply.Complete total when script.fault() instanceof Fault.Status status ->
          complete(failed(status, endpoint), Fault.NONE);
      case FakeReply.Events _ when script.fault() instanceof Fault.Status status ->
          complete(failed(status, endpoint), Fault.NONE);
      case FakeReply.Complete total -> complete(withRateLimits(total, endpoint), script.fault());
      case FakeReply.Events events -> events(events, script, endpoint.rateLimitHeaders());
    };
  }

  private static FakeReply.Complete failed(Fault.Status status, ProviderEndpoint endpoint) {
    FakeReply.Complete reply = endpoint.error(status.status(), "The script asks for this error.");
    Map<String, String> headers = new HashMap<>(reply.headers());
    headers.putAll(status.headers());
    String body = status.body().isEmpty() ? reply.body() : status.body();
    return new FakeReply.Complete(status.status(), headers, body);
  }

  private static FakeReply.Complete withRateLimits(
      FakeReply.Complete reply, ProviderEndpoint endpoint) {
    Map<String, String> headers = new HashMap<>(endpoint.rateLimitHeaders());
    headers.putAll(reply.headers());
    return new FakeReply.Complete(reply.status(), headers, reply.body());
  }

  private boolean complete(FakeReply.Complete reply, Fault fault) throws IOException {
    byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
    Map<String, String> headers = new HashMap<>(reply.headers());
    headers.putIfAbsent("content-type", "application/json");
    headers.put("content-length", Integer.toString(body.length));
    int total = body.length;
    int sent =
        switch (fault) {
          case Fault.Cut(int bytes) -> Math.min(bytes, total);
          case Fault.Stall(StallPoint where) -> where == StallPoint.AFTER_HEADERS ? 0 : total / 2;
          default -> total;
        };
    if (fault instanceof Fault.EventDelay delay) {
      LockSupport.parkNanos(delay.pause().toNanos());
    }
    peer.write(join(head(reply.status(), headers), Arrays.copyOf(body, sent)));
    if (fault instanceof Fault.Stall) {
      return stall();
    }
    return sent == total;
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
      if (script.fault() instanceof Fault.EventDelay delay) {
        LockSupport.parkNanos(delay.pause().toNanos());
      }
      byte[] part = piece.length > left ? Arrays.copyOf(piece, left) : piece;
      if (part.length > 0) {
        peer.write(chunk(part));
      }
      left -= part.length;
      if (part.length < piece.length) {
        return false;
      }
    }
    if (script.fault() instanceof Fault.Stall) {
      return stall();
    }
    peer.write("0\r\n\r\n");
    return true;
  }

  /** Sends nothing more until the client closes the connection. */
  private boolean stall() throws IOException {
    try {
      recorded.awaitClientGone();
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
  }

  private static byte[] head(int status, Map<String, String> headers) {
    StringBuilder head =
        new StringBuilder("HTTP/1.1 " + status + " Fake\r\nx-request-id: req_fake\r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] chunk(byte[] piece) {
    byte[] size = (Integer.toHexString(piece.length) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    return join(join(size, piece), new byte[] {'\r', '\n'});
  }

  private static byte[] join(byte[] first, byte[] second) {
    ByteArrayOutputStream all = new ByteArrayOutputStream(first.length + second.length);
    all.writeBytes(first);
    all.writeBytes(second);
    return all.toByteArray();
  }
}
