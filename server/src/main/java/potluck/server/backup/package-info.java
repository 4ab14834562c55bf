/**
 * Purpose: backup, restore, move to another database, doctor checks, keys of the server.
 *
 * <p>Uses: database, settings, pricing.
 *
 * <p>Must not: serve requests, or print.
 *
 * <p>Start reading at: {@link Backup}.
 */
@NullMarked
package potluck.server.backup;

import org.jspecify.annotations.NullMarked;
