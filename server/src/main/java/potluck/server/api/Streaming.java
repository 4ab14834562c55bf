package potluck.server.api;

import java.time.Duration;

/**
 * How streams are served. Immutable.
 *
 * @param ccWhole whether streams of {@code /cc} are held back until their usage is known
 * @param pulse silence after which a stream gets a sign of life
 */
public record Streaming(boolean ccWhole, Duration pulse) {}
