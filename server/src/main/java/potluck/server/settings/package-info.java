/**
 * This room: what the operator decides, from the environment and {@code .env}, and the secrets of
 * the house.
 *
 * <p>May touch: the JDK and {@code gateway.account.Secret}.
 *
 * <p>Must not: read the environment itself (it is handed in); start with a wrong or weak value.
 *
 * <p>Start reading at: {@link Settings}.
 */
@NullMarked
package potluck.server.settings;

import org.jspecify.annotations.NullMarked;
