/**
 * This room: what the house has, kept and brought back: backups, restores, moves, its keys.
 *
 * <p>May touch: the database, the folders of the house, its settings.
 *
 * <p>Must not: serve a request, print.
 *
 * <p>Start reading at: {@link Backup}.
 */
@NullMarked
package potluck.server.backup;

import org.jspecify.annotations.NullMarked;
