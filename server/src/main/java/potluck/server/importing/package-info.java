/**
 * Purpose: imports from AntiHub, new-api, one-api and LiteLLM.
 *
 * <p>Uses: database, pricing, settings, the gateway.
 *
 * <p>Must not: use HTTP, write to a source, or print.
 *
 * <p>Start reading at: {@link Importer}.
 */
@NullMarked
package potluck.server.importing;

import org.jspecify.annotations.NullMarked;
