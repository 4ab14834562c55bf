/**
 * This room: API keys, and what keys, users and teams are held to.
 *
 * <p>May touch: the door, key, quota.
 *
 * <p>Must not: know accounts.
 *
 * <p>Start reading at: {@link KeyApi}.
 */
@NullMarked
package potluck.server.api.key;

import org.jspecify.annotations.NullMarked;
