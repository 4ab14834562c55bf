/**
 * This room: how the providers speak and what they refuse: one door for each dialect.
 *
 * <p>May touch: {@code kit}, JSON trees, {@code dialect.model.Tokens}.
 *
 * <p>Must not: share code with the product's codecs, or both would be wrong in the same way.
 *
 * <p>Start reading at: {@link ProviderEndpoint}, then {@link ChatEndpoint}.
 */
@NullMarked
package potluck.kit.fake;

import org.jspecify.annotations.NullMarked;
