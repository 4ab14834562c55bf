package potluck.kit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import potluck.kit.fake.FakeReply;
import potluck.kit.fake.ProviderEndpoint;
import potluck.kit.fake.ProviderEndpoints;
import potluck.kit.fake.RejectedRequestException;
import potluck.kit.fake.Script;

/**
 * A model provider on a loopback port that speaks all four dialects, as strict as the real ones and
 * as faulty as it is told to be. It keeps every request that it has seen. Thread-safe.
 */
public final class FakeUpstream implements AutoCloseable {
  private final Queue<Script> enqueue = new ConcurrentLinkedQueue<>();
  private final List<RecordedRequest> all = new CopyOnWriteArrayList<>();
  private final BlockingQueue<RecordedRequest> unread = new LinkedBlockingQueue<>();
  private final LoopbackServer listener;
  private volatile Script defaultScript = Script.PLAIN;

  private FakeUpstream(int port) throws IOException {
    listener = LoopbackServer.start(port, this::serve);
  }

  /** Listens on a port of the system's choice. */
  public static FakeUpstream start() throws IOException {
    return new FakeUpstream(0);
  }

  /** Listens on that loopback port. */
  public static FakeUpstream start(int port) throws IOException {
    return new FakeUpstream(port);
  }

  /** Serves until it is ended, for trying things by hand; the only argument is the port. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    try (var fake = start(arguments.length == 0 ? 9000 : Integer.parseInt(arguments[0]))) {
      System.out.println("a fake upstream listens at " + fake.address());
      while (true) {
        ReceivedRequest request = fake.takeRequest().request();
        System.out.println(request.method() + " " + request.target() + " " + request.body().length);
      }
    }
  }

  /** Such as {@code http://127.0.0.1:8080}, without a version. */
  public String address() {
    return listener.address();
  }

  public int port() {
    return listener.port();
  }

  /** How many connections have been accepted so far. */
  public int connections() {
    return listener.acceptedConnections();
  }

  /** Scripts the next request that has no script yet, whatever it asks; several calls queue up. */
  public FakeUpstream enqueue(Script script) {
    enqueue.add(script);
    return this;
  }

  /** Scripts every request for which nothing was queued. */
  public FakeUpstream setDefaultScript(Script script) {
    defaultScript = script;
    return this;
  }

  /** Every request so far, in the order of arrival. */
  public List<RecordedRequest> requests() {
    return List.copyOf(all);
  }

  /** The next request that has not been taken; waits for it. */
  public RecordedRequest takeRequest() throws InterruptedException {
    return unread.take();
  }

  private void serve(ServerConnection peer) throws IOException {
    for (@Nullable ReceivedRequest request = peer.readRequest();
        request != null;
        request = peer.readRequest()) {
      var seen = new RecordedRequest(request);
      all.add(seen);
      unread.add(seen);
      Thread watch = Thread.ofVirtual().start(() -> awaitClient(peer, seen));
      try {
        if (!answer(request, new ReplyPlayer(peer, seen))) return;
      } catch (IOException unwritable) {
        // A write may notice before the watch that the client has left, and then closes under it.
        seen.clientGone();
        throw unwritable;
      }
      seen.answered();
      // Either the next request begins or the client leaves; until then the watch owns the input.
      if (!joined(watch) || seen.isClientGone()) return;
    }
  }

  private static void awaitClient(ServerConnection peer, RecordedRequest seen) {
    if (peer.clientLeaves()) seen.clientGone();
  }

  private static boolean joined(Thread watch) {
    try {
      watch.join();
      return true;
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Answers, and says whether the connection stays open. */
  private boolean answer(ReceivedRequest request, ReplyPlayer stage) throws IOException {
    ProviderEndpoint door = ProviderEndpoints.find(request);
    try {
      JsonNode body = ProviderEndpoints.body(request);
      Script script = script(door.model(request, body));
      return stage.play(reply(door, request, body, script), script, door);
    } catch (JsonProcessingException malformed) {
      FakeReply refusal = door.error(400, "We could not parse the JSON body of your request.");
      return stage.play(refusal, Script.PLAIN, door);
    }
  }

  private static FakeReply reply(
      ProviderEndpoint door, ReceivedRequest request, JsonNode body, Script script) {
    try {
      return door.answer(request, body, script);
    } catch (RejectedRequestException refusal) {
      return refusal.reply();
    }
  }

  private Script script(String model) {
    @Nullable Script queued = enqueue.poll();
    if (queued != null) return queued;
    return model.indexOf('!') < 0 ? defaultScript : Script.fromModelName(model);
  }

  /** Closes the port and every connection. */
  @Override
  public void close() {
    listener.close();
  }
}
