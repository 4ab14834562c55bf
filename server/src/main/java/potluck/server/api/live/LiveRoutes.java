package potluck.server.api.live;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import potluck.gateway.identity.AccessTokens.Claims;
import potluck.gateway.identity.Sessions;
import potluck.gateway.identity.User;
import potluck.gateway.identity.Users;
import potluck.gateway.key.Caller;
import potluck.gateway.quota.Quotas;
import potluck.server.http.AccessPolicy;
import potluck.server.http.ApiError;
import potluck.server.http.ApiJson;
import potluck.server.http.EventStream;
import potluck.server.http.HttpRoute;
import potluck.server.http.InFlightCalls;
import potluck.server.http.MessageKey;
import potluck.server.http.Request;

/** {@code GET /api/live}: a stream of events for an open page. */
public final class LiveRoutes {
  private static final int RETRY_MILLIS = 3000;

  /** How often the rate and the quota are looked at while they change. */
  private static final long ACTIVE_MILLIS = 1000;

  private static final Duration COMMENT_AFTER = Duration.ofSeconds(15);
  private static final Duration RATE_PERIOD = Duration.ofSeconds(2);
  private static final Duration QUOTA_PERIOD = Duration.ofSeconds(1);

  /** A first charge creates the quota when the ledger posts it, which takes a moment. */
  private static final Duration POSTING_TIME = Duration.ofSeconds(5);

  private static final Duration RETRY_TOO_MANY = Duration.ofSeconds(10);

  private final LiveHub hub;
  private final Quotas quotas;
  private final Users users;
  private final Sessions sessions;
  private final InFlightCalls inFlightCalls;
  private final int maxPerUser;
  private final InstantSource clock;

  /**
   * @param maxPerUser streams that one user may have at once
   */
  public LiveRoutes(
      LiveHub hub,
      Quotas quotas,
      Users users,
      Sessions sessions,
      InFlightCalls inFlightCalls,
      int maxPerUser,
      InstantSource clock) {
    this.hub = hub;
    this.quotas = quotas;
    this.users = users;
    this.sessions = sessions;
    this.inFlightCalls = inFlightCalls;
    this.maxPerUser = maxPerUser;
    this.clock = clock;
  }

  /** The routes of this class. */
  public List<HttpRoute> routes() {
    return List.of(new HttpRoute("GET", "/api/live", AccessPolicy.USER, this::live));
  }

  private void live(Request request) {
    if (request.isHeadRequest()) {
      request.send(200, "text/event-stream", new byte[0]);
      return;
    }
    Optional<LiveQueue> opened = hub.open(request.caller().user(), maxPerUser);
    LiveQueue queue =
        opened.orElseThrow(
            () -> new ApiError(429, MessageKey.TOO_MANY_STREAMS.text(maxPerUser), RETRY_TOO_MANY));
    try (EventStream stream = request.eventStream(RETRY_MILLIS, queue::close)) {
      if (request.header("last-event-id") != null) {
        // What happened meanwhile is not kept.
        queue.offer(new LiveEvent.Missed(ApiJson.seconds(clock.instant())));
      }
      new Stream(stream, queue, request.caller()).run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      hub.close(queue);
    }
  }

  /** One open page. Used by one thread. */
  private final class Stream {
    private final EventStream out;
    private final LiveQueue queue;
    private final Caller caller;
    private final Map<String, LiveEvent.QuotaChanged> lastQuotas = new HashMap<>();
    private final String start = Long.toHexString(clock.millis());
    private Instant lastWrite = clock.instant();
    private Instant lastRate = Instant.EPOCH;
    private Instant lastQuotasAt = Instant.EPOCH;
    private Instant quotasChangeUntil = Instant.EPOCH;
    private boolean rateChanges;
    private long sent;

    Stream(EventStream out, LiveQueue queue, Caller caller) {
      this.out = out;
      this.queue = queue;
      this.caller = caller;
    }

    void run() throws InterruptedException {
      while (true) {
        List<LiveEvent> events = queue.take(waitMillis(), clock.instant());
        if (out.isGone() || queue.isClosed() || !isStillValid()) {
          return;
        }
        events.forEach(this::send);
        sendQuotas();
        sendRate();
        if (!clock.instant().isBefore(lastWrite.plus(COMMENT_AFTER))) {
          out.sendComment();
          lastWrite = clock.instant();
        }
      }
    }

    /** An idle page costs one wake-up for each comment. The hub wakes it if a session ends. */
    private long waitMillis() {
      Instant now = clock.instant();
      return rateChanges || now.isBefore(quotasChangeUntil)
          ? ACTIVE_MILLIS
          : Math.max(1, Duration.between(now, lastWrite.plus(COMMENT_AFTER)).toMillis());
    }

    private void send(LiveEvent event) {
      out.send(start + "-" + sent++, event.type(), ApiJson.write(event));
      lastWrite = clock.instant();
    }

    private void sendQuotas() {
      Instant now = clock.instant();
      if (queue.takeQuotaChanged()) {
        quotasChangeUntil = now.plus(POSTING_TIME);
      }
      if (now.isAfter(quotasChangeUntil) || now.isBefore(lastQuotasAt.plus(QUOTA_PERIOD))) {
        return;
      }
      lastQuotasAt = now;
      for (Quotas.View view : quotas.findByUser(caller.user().id())) {
        LiveEvent.QuotaChanged next =
            new LiveEvent.QuotaChanged(
                view.group(), amount(view.left()), amount(view.ceiling()), ApiJson.seconds(now));
        LiveEvent.@Nullable QuotaChanged last = lastQuotas.put(view.group(), next);
        if (last == null
            || last.left().compareTo(next.left()) != 0
            || last.ceiling().compareTo(next.ceiling()) != 0) {
          send(next);
        }
      }
    }

    private static BigDecimal amount(long micros) {
      return BigDecimal.valueOf(micros, 6).setScale(4, RoundingMode.HALF_EVEN);
    }

    private void sendRate() {
      rateChanges |= queue.takeActive();
      Instant now = clock.instant();
      if (!rateChanges || now.isBefore(lastRate.plus(RATE_PERIOD))) {
        return;
      }
      long user = caller.user().id();
      LiveEvent.Rate rate =
          new LiveEvent.Rate(
              Math.round(queue.tokensPerSecond(now) * 10) / 10.0,
              inFlightCalls.count(each -> each.user().id() == user));
      send(rate);
      lastRate = now;
      rateChanges = rate.running() > 0 || rate.tokensPerSecond() > 0;
    }

    private boolean isStillValid() {
      @Nullable Claims claims = caller.claims();
      if (claims == null
          || clock.instant().isAfter(claims.expiresAt())
          || !sessions.isActive(claims.session())) {
        return false;
      }
      Optional<User> user = users.find(caller.user().id());
      return user.isPresent() && user.get().active() && user.get().epoch() == claims.epoch();
    }
  }
}
