package potluck.dialect;

import java.util.Set;

/**
 * The upstream that a request is written for, as far as a dialect needs to know it. Immutable.
 *
 * @param dialect dialect of the upstream
 * @param model the upstream's name of the model
 * @param quirks quirks of the provider and model, as declared in the catalogue
 */
public record Target(Dialect dialect, String model, Set<String> quirks) {}
