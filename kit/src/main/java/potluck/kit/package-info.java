/**
 * Purpose: test servers and clients: a strict fake of the model providers, a proxy that injects
 * faults, a slow reader, and a manual clock.
 *
 * <p>Uses: sockets, JSON.
 *
 * <p>Must not: be part of the product; depend on unseeded randomness or on the speed of a machine.
 *
 * <p>Start reading at: {@code FakeUpstream}, then {@link LoopbackServer}.
 */
@NullMarked
package potluck.kit;

import org.jspecify.annotations.NullMarked;
