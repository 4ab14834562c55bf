/**
 * This room: the Plug-in API's two sides: the pool is elsewhere, or others have theirs here.
 *
 * <p>May touch: the rooms of accounts and usage.
 *
 * <p>Must not: say an address of its own.
 *
 * <p>Start reading at: {@link PluginApi}.
 */
@NullMarked
package potluck.server.api.plugin;

import org.jspecify.annotations.NullMarked;
