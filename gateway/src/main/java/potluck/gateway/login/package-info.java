/**
 * Purpose: login with an identity provider, by OpenID Connect or OAuth2.
 *
 * <p>Uses: {@code identity}, {@code upstream}, {@code crypto}, {@code account} for secrets.
 *
 * <p>Must not: trust an e-mail address; make requests except through {@code upstream}.
 *
 * <p>Start reading at: {@link ExternalLogins}.
 */
@NullMarked
package potluck.gateway.login;

import org.jspecify.annotations.NullMarked;
