package potluck.gateway.relay;

import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import potluck.dialect.Dialect;
import potluck.gateway.key.Caller;

/**
 * A request to a model, as it came in. It knows nothing of the server that took it. Immutable.
 *
 * @param requestId ours, unique
 * @param clientRequestId the caller's own name for it
 * @param dialect what the caller speaks
 * @param endpoint the path that was called
 * @param model the model where the path names it (Gemini); null where the body does
 * @param stream whether the path asks for a stream; null where the body does
 * @param headers what goes along to an upstream of the same dialect, by lower-case name
 * @param app what the caller calls itself
 */
public record Call(
    UUID requestId,
    @Nullable String clientRequestId,
    Caller caller,
    Dialect dialect,
    String endpoint,
    String method,
    @Nullable String model,
    @Nullable Boolean stream,
    Map<String, String> headers,
    @Nullable String app,
    byte[] body) {}
