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
 * A fake model provider on a loopback port. It speaks all four dialects, is as strict as the real
 * providers, and plays the faults that a {@link Script} asks for. It records every request.
 * Thread-safe.
 */
public final class FakeUpstream implements AutoCloseable {
  private final Queue<Script> queue = new ConcurrentLinkedQueue<>();
  private final List<RecordedRequest> all = new CopyOnWriteArrayList<>();
  private final BlockingQueue<RecordedRequest> unread = new LinkedBlockingQueue<>();
  private final LoopbackServer listener;
  private volatile Script defaultScript = Script.PLAIN;

  private FakeUpstream(int port) throws IOException {
    listener = LoopbackServer.start(port, this::serve);
  }

  /** Starts on a free port. */
  public static FakeUpstream start() throws IOException {
    return new FakeUpstream(0);
  }

  /** Starts on a loopback port. */
  public static FakeUpstream start(int port) throws IOException {
    return new FakeUpstream(port);
  }

  /**
   * Serves until it is killed, for experiments by hand.
   *
   * @param arguments the port; 9000 if absent
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    try (FakeUpstream fake = start(arguments.length == 0 ? 9000 : Integer.parseInt(arguments[0]))) {
      System.out.println("a fake upstream listens at " + fake.address());
      while (true) {
        ReceivedRequest request = fake.takeRequest().request();
        System.out.println(request.method() + " " + request.target() + " " + request.body().length);
      }
    }
  }

  /** Base address such as {@code http://127.0.0.1:8080}, without a version. */
  public String address() {
    return listener.address();
  }

  /** The port that it listens on. */
  public int port() {
    return listener.port();
  }

  /** Number of connections accepted so far. */
  public int connections() {
    return listener.acceptedConnections();
  }

  /** Sets the script of the next request that has none. Several calls queue up. */
  public FakeUpstream enqueue(Script script) {
    queue.add(script);
    return this;
  }

  /** Sets the script of all requests for which none is queued. */
  public FakeUpstream setDefaultScript(Script script) {
    defaultScript = script;
    return this;
  }

  /** All requests so far, in order of arrival. */
  public List<RecordedRequest> requests() {
    return List.copyOf(all);
  }

  /** The next request that was not taken yet; blocks until there is one. */
  public RecordedRequest takeRequest() throws InterruptedException {
    return unread.take();
  }

  private void serve(ServerConnection peer) throws IOException {
    for (@Nullable ReceivedRequest request = peer.readRequest();
        request != null;
        request = peer.readRequest()) {
      RecordedRequest recorded = new RecordedRequest(request);
      all.add(recorded);
      unread.add(recorded);
      Thread watcher = Thread.ofVirtual().start(() -> awaitClient(peer, recorded));
      try {
        if (!answer(request, new ReplyPlayer(peer, recorded))) {
          return;
        }
      } catch (IOException e) {
        // A write may detect earlier than the watcher thread that the client has left.
        recorded.clientGone();
        throw e;
      }
      recorded.answered();
      // The watcher thread reads the input until the next request begins or the client leaves.
      if (!joined(watcher) || recorded.isClientGone()) {
        return;
      }
    }
  }

  private static void awaitClient(ServerConnection peer, RecordedRequest recorded) {
    if (peer.clientLeaves()) {
      recorded.clientGone();
    }
  }

  private static boolean joined(Thread watcher) {
    try {
      watcher.join();
      return true;
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * Answers a request.
   *
   * @return whether the connection stays open
   */
  private boolean answer(ReceivedRequest request, ReplyPlayer player) throws IOException {
    ProviderEndpoint endpoint = ProviderEndpoints.find(request);
    try {
      JsonNode body = ProviderEndpoints.body(request);
      Script script = script(endpoint.model(request, body));
      return player.play(reply(endpoint, request, body, script), script, endpoint);
    } catch (JsonProcessingException e) {
      FakeReply error = endpoint.error(400, "We could not parse the JSON body of your request.");
      return player.play(error, Script.PLAIN, endpoint);
    }
  }

  private static FakeReply reply(
      ProviderEndpoint endpoint, ReceivedRequest request, JsonNode body, Script script) {
    try {
      return endpoint.answer(request, body, script);
    } catch (RejectedRequestException e) {
      return e.reply();
    }
  }

  private Script script(String model) {
    @Nullable Script queued = queue.poll();
    if (queued != null) {
      return queued;
    }
    return model.indexOf('!') < 0 ? defaultScript : Script.fromModelName(model);
  }

  /** Closes the port and all connections. */
  @Override
  public void close() {
    listener.close();
  }
}
