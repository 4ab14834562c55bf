/**
 * Purpose: PostgreSQL, embedded or external, and the migrations of its schema.
 *
 * <p>Uses: settings, HikariCP, MyBatis Migrations, the PostgreSQL binaries.
 *
 * <p>Must not: know single tables, apart from posting usage.
 *
 * <p>Start reading at: {@link Database}.
 */
@NullMarked
package potluck.server.database;

import org.jspecify.annotations.NullMarked;
