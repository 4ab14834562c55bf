/**
 * Purpose: the fake providers: what each endpoint accepts and answers, and the scripts that tests
 * set.
 *
 * <p>Uses: {@code kit}, JSON trees, {@code dialect.model.TokenUsage}.
 *
 * <p>Must not: share code with the product's codecs, or both would be wrong in the same way.
 *
 * <p>Start reading at: {@link ProviderEndpoint}, then {@link ChatEndpoint}.
 */
@NullMarked
package potluck.kit.fake;

import org.jspecify.annotations.NullMarked;
