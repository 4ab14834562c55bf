/**
 * Purpose: hashes, message authentication codes and random tokens.
 *
 * <p>Uses: only the JDK.
 *
 * <p>Must not: know what is hashed, or store anything.
 *
 * <p>Start reading at: {@link Sha256}.
 */
@NullMarked
package potluck.gateway.crypto;

import org.jspecify.annotations.NullMarked;
