/**
 * This room: PostgreSQL: our own or the operator's, and the migrations of its schema.
 *
 * <p>May touch: {@code settings}, HikariCP, MyBatis Migrations, the PostgreSQL binaries.
 *
 * <p>Must not: know any table.
 *
 * <p>Start reading at: {@link Database}.
 */
@NullMarked
package potluck.server.database;

import org.jspecify.annotations.NullMarked;
