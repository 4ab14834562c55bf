package potluck.gateway.meter;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is about to be done for whom: journaled before anything is sent upstream. Immutable.
 *
 * @param requestId made here, unique, rising with time (UUID version 7)
 * @param clientRequestId what the caller calls it, where it said so
 * @param endpoint the path that was called
 * @param at when the request came
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

  /** The value of {@link #keyId} where an access token was used. */
  public static final long NO_KEY = 0;
}
