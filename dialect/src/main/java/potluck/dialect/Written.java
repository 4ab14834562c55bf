package potluck.dialect;

import java.util.Map;

/**
 * A whole response, ready to be sent.
 *
 * @param headers content type and whatever the dialect adds, by lower-case name
 */
public record Written(int status, Map<String, String> headers, byte[] body) {}
