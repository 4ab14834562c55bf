/**
 * Purpose: the settings from the environment and {@code .env}, and the secret files.
 *
 * <p>Uses: gateway types that settings are checked against.
 *
 * <p>Must not: read the environment by itself, or accept a wrong or weak value.
 *
 * <p>Start reading at: {@link Settings}.
 */
@NullMarked
package potluck.server.settings;

import org.jspecify.annotations.NullMarked;
