/**
 * This room: moving in from other gateways, and taking along what is here.
 *
 * <p>May touch: {@code database}, the gateway's rooms.
 *
 * <p>Must not: know HTTP; write to a house that it reads from; print.
 *
 * <p>Start reading at: {@link Importer}.
 */
@NullMarked
package potluck.server.importing;

import org.jspecify.annotations.NullMarked;
