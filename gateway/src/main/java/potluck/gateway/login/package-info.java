/**
 * This room: logging in with an identity of another house, by OpenID Connect or OAuth2.
 *
 * <p>May touch: {@code identity}, {@code upstream}, {@code account} for secrets.
 *
 * <p>Must not: trust an e-mail address; fetch anything but through {@code upstream}.
 *
 * <p>Start reading at: {@link ExternalLogins}.
 */
@NullMarked
package potluck.gateway.login;

import org.jspecify.annotations.NullMarked;
