/**
 * Support for tests: a complete server, models with accounts and fake upstreams, raw connections,
 * commands of {@code ./potluck}, pages of the documents, and a fake Plug-in service.
 *
 * <p>Start reading at: {@link TestServer}, then {@link PoolFixture}.
 */
@NullMarked
package potluck.server.testing;

import org.jspecify.annotations.NullMarked;
