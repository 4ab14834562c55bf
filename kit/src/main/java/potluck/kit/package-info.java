/**
 * This room: what tests and measurements play against: a strict fake of the model providers, a
 * proxy that breaks things, a slow reader, a clock that is moved by hand.
 *
 * <p>May touch: sockets, JSON.
 *
 * <p>Must not: be part of the product; depend on chance that has no seed, or on how fast a machine
 * is.
 *
 * <p>Start reading at: {@code FakeUpstream}, then {@link LoopbackServer}.
 */
@NullMarked
package potluck.kit;

import org.jspecify.annotations.NullMarked;
