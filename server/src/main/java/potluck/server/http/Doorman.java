package potluck.server.http;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Failure.Kind;
import potluck.dialect.model.Refused;
import potluck.gateway.key.Networks;

/**
 * Decides at the door who may stay. Where all places are taken, those give way who have rested the
 * longest, or whose heads drip in; where all work, whoever comes is told so and sent away. Safe for
 * use by many threads.
 */
final class Doorman {
  private static final Logger LOG = LoggerFactory.getLogger(Doorman.class);

  /** Of those who rest, so many give way at once: looking for them takes a while. */
  private static final int PART = 64;

  private static final int TRIES = 3;

  private static final long SAY_EVERY_NANOS = Duration.ofMinutes(1).toNanos();

  private static final Failure FULL =
      refusal("The server has as many connections as it takes; try again in a moment.");
  private static final Failure TOO_MANY =
      refusal(
          "There are too many connections from your address; close some, or use them for more than"
              + " one request. An operator can raise POTLUCK_MAX_CONNECTIONS_PER_ADDRESS.");

  private final Sockets sockets;
  private final Crowd crowd;

  /** Who is told why, at once; more are sent away without a word. */
  private final int mostTold;

  private final Set<Incoming> open;
  private final Map<Incoming, Place> places = new ConcurrentHashMap<>();
  private final AtomicInteger told = new AtomicInteger();
  private long said = System.nanoTime() - SAY_EVERY_NANOS;

  /**
   * @param many addresses behind which there are many callers
   * @param open all connections
   */
  Doorman(Fence fence, Networks many, Set<Incoming> open) {
    this.sockets = new Sockets(fence.sockets());
    this.crowd = new Crowd(sockets, fence.connections(), fence.fromOneAddress(), many);
    this.open = open;
    this.mostTold = fence.told();
  }

  private static Failure refusal(String message) {
    return Failure.of(Kind.UNAVAILABLE, message).retryAfter(Duration.ofSeconds(1));
  }

  /**
   * Lets a connection in, or has it told that it cannot.
   *
   * @return false where it is to be closed at once
   */
  boolean admit(Incoming incoming, String address) {
    Crowd.Answer answer = crowd.enter(address);
    // Somebody else may have been faster to a place that was made.
    for (int tries = 0; answer == Crowd.Answer.FULL && tries < TRIES && makeRoom(); tries++) {
      answer = crowd.enter(address);
    }
    if (answer == Crowd.Answer.WELCOME) {
      places.put(incoming, new Place(crowd, address));
      return true;
    }
    say(answer, address);
    if (told.incrementAndGet() > mostTold) {
      told.decrementAndGet();
      return false;
    }
    incoming.turnAway(answer == Crowd.Answer.FULL ? FULL : TOO_MANY);
    return true;
  }

  /**
   * A call begins that will need a connection to an upstream.
   *
   * @throws Refused (UNAVAILABLE) where none can be opened
   */
  void callBegins() {
    if (!sockets.take() && !(makeRoom() && sockets.take())) {
      throw new Refused(FULL);
    }
  }

  /** A call that began is over. */
  void callEnds() {
    sockets.give();
  }

  /** To be told of each connection that was admitted, when it is over. */
  void left(Incoming incoming) {
    @Nullable Place place = places.remove(incoming);
    if (place != null) {
      place.close();
    } else if (incoming.turnedAway() != null) {
      told.decrementAndGet();
    }
  }

  /** Closes those that have rested the longest; false where none rests. */
  private synchronized boolean makeRoom() {
    if (!crowd.full()) {
      return true;
    }
    record Resting(Incoming incoming, long nanos) {}
    long now = System.nanoTime();
    List<Resting> resting =
        open.stream()
            .filter(places::containsKey)
            .map(incoming -> new Resting(incoming, incoming.patience().dispensable(now)))
            .filter(each -> each.nanos() >= 0)
            .sorted(Comparator.comparingLong(Resting::nanos).reversed())
            .toList();
    resting.stream()
        .limit(Math.max(1, resting.size() / PART))
        .forEach(
            each -> {
              @Nullable Place place = places.remove(each.incoming());
              if (place != null) {
                place.close();
                each.incoming().close();
              }
            });
    return !resting.isEmpty();
  }

  private synchronized void say(Crowd.Answer answer, String address) {
    crowd.refuse();
    long now = System.nanoTime();
    if (now - said >= SAY_EVERY_NANOS) {
      said = now;
      LOG.warn(
          "connections are refused: {}; {} were refused since the start",
          answer == Crowd.Answer.FULL
              ? "all " + crowd.size() + " places are taken by work (POTLUCK_MAX_CONNECTIONS)"
              : "too many come from " + address + " (POTLUCK_MAX_CONNECTIONS_PER_ADDRESS)",
          crowd.refused());
    }
  }

  /** Connections that are open. */
  int size() {
    return crowd.size();
  }

  /** Connections that were refused so far. */
  long refused() {
    return crowd.refused();
  }
}
