package potluck.gateway.meter;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A request that is about to be sent upstream; journaled before it is sent. Immutable.
 *
 * @param requestId generated here, unique and increasing with time (UUID version 7)
 * @param clientRequestId the caller's id of the request; null if it gave none
 * @param endpoint the path that was called
 * @param at when the request arrived
 */
public record Intent(
    UUID requestId,
    @Nullable String clientRequestId,
    long userId,
    long keyId,
    String endpoint,
    String method,
    String model,
    @Nullable String configType,
    @Nullable String clientApp,
    boolean stream,
    Instant at) {

  /** The value of {@link #keyId} if an access token was used. */
  public static final long NO_KEY = 0;
}
