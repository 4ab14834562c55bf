/**
 * Purpose: writes the data of one user, or all data, to files.
 *
 * <p>Uses: database.
 *
 * <p>Must not: write secrets, or change anything.
 *
 * <p>Start reading at: {@link FullExport}.
 */
@NullMarked
package potluck.server.exporting;

import org.jspecify.annotations.NullMarked;
