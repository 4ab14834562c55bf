/**
 * What tests stand on: the whole program as a user has it, models of a test's own, callers who
 * write what they like, commands as they are typed, services as they are elsewhere.
 *
 * <p>Start reading at: {@link TestServer}, then {@link PoolFixture}.
 */
@NullMarked
package potluck.server.testing;

import org.jspecify.annotations.NullMarked;
