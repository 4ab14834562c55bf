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
import potluck.kit.fake.Door;
import potluck.kit.fake.Doors;
import potluck.kit.fake.Refusal;
import potluck.kit.fake.Reply;
import potluck.kit.fake.Script;

/**
 * A model provider on a loopback port that speaks all four dialects, as strict as the real ones and
 * as faulty as it is told to be. It keeps every request that it has seen. Thread-safe.
 */
public final class FakeUpstream implements AutoCloseable {
  private final Queue<Script> next = new ConcurrentLinkedQueue<>();
  private final List<Seen> all = new CopyOnWriteArrayList<>();
  private final BlockingQueue<Seen> unread = new LinkedBlockingQueue<>();
  private final Listener listener;
  private volatile Script usual = Script.PLAIN;

  private FakeUpstream(int port) throws IOException {
    listener = Listener.start(port, this::serve);
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
        Received request = fake.take().request();
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
    return listener.accepted();
  }

  /** Scripts the next request that has no script yet, whatever it asks; several calls queue up. */
  public FakeUpstream next(Script script) {
    next.add(script);
    return this;
  }

  /** Scripts every request for which nothing was queued. */
  public FakeUpstream always(Script script) {
    usual = script;
    return this;
  }

  /** Every request so far, in the order of arrival. */
  public List<Seen> requests() {
    return List.copyOf(all);
  }

  /** The next request that has not been taken; waits for it. */
  public Seen take() throws InterruptedException {
    return unread.take();
  }

  private void serve(Peer peer) throws IOException {
    for (@Nullable Received request = peer.read(); request != null; request = peer.read()) {
      var seen = new Seen(request);
      all.add(seen);
      unread.add(seen);
      Thread watch = Thread.ofVirtual().start(() -> watch(peer, seen));
      try {
        if (!answer(request, new Stage(peer, seen))) return;
      } catch (IOException unwritable) {
        // A write may notice before the watch that the client has left, and then closes under it.
        seen.gone();
        throw unwritable;
      }
      seen.answered();
      // Either the next request begins or the client leaves; until then the watch owns the input.
      if (!ended(watch) || seen.isGone()) return;
    }
  }

  private static void watch(Peer peer, Seen seen) {
    if (peer.leaves()) seen.gone();
  }

  private static boolean ended(Thread watch) {
    try {
      watch.join();
      return true;
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Answers, and says whether the connection stays open. */
  private boolean answer(Received request, Stage stage) throws IOException {
    Door door = Doors.find(request);
    try {
      JsonNode body = Doors.body(request);
      Script script = script(door.model(request, body));
      return stage.play(reply(door, request, body, script), script, door);
    } catch (JsonProcessingException malformed) {
      Reply refusal = door.error(400, "We could not parse the JSON body of your request.");
      return stage.play(refusal, Script.PLAIN, door);
    }
  }

  private static Reply reply(Door door, Received request, JsonNode body, Script script) {
    try {
      return door.answer(request, body, script);
    } catch (Refusal refusal) {
      return refusal.reply();
    }
  }

  private Script script(String model) {
    @Nullable Script queued = next.poll();
    if (queued != null) return queued;
    return model.indexOf('!') < 0 ? usual : Script.of(model);
  }

  /** Closes the port and every connection. */
  @Override
  public void close() {
    listener.close();
  }
}
