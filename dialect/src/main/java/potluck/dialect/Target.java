package potluck.dialect;

import java.util.Set;

/**
 * Where a request goes, as far as a dialect needs to know.
 *
 * @param dialect what the upstream speaks
 * @param model the upstream's name of the model
 * @param quirks oddities of the provider, as declared in the catalogue
 */
public record Target(Dialect dialect, String model, Set<String> quirks) {}
