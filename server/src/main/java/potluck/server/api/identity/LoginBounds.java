package potluck.server.api.identity;

import java.time.Duration;

/**
 * What guessing of passwords is held to. Immutable.
 *
 * @param free failures in a row at one name that have no consequence
 * @param longestWait until one may try again
 * @param failuresOfAnAddress within a minute
 */
public record LoginBounds(int free, Duration longestWait, int failuresOfAnAddress) {}
