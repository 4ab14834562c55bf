package potluck.server.http;

import io.helidon.http.Headers;
import io.helidon.http.encoding.ContentDecoder;
import io.helidon.http.encoding.ContentEncoder;
import io.helidon.http.encoding.ContentEncodingContext;
import io.helidon.http.encoding.ContentEncodingContextConfig;

/**
 * Passes bodies through unchanged: {@link BodyReader} unpacks them, limits their unpacked size, and
 * refuses unknown encodings.
 */
final class PassthroughEncoding implements ContentEncodingContext {
  @Override
  public boolean contentEncodingEnabled() {
    return false;
  }

  @Override
  public boolean contentDecodingEnabled() {
    return true;
  }

  @Override
  public boolean contentEncodingSupported(String name) {
    return false;
  }

  @Override
  public boolean contentDecodingSupported(String name) {
    return true;
  }

  @Override
  public ContentEncoder encoder(String name) {
    return ContentEncoder.NO_OP;
  }

  @Override
  public ContentDecoder decoder(String name) {
    return ContentDecoder.NO_OP;
  }

  @Override
  public ContentEncoder encoder(Headers headers) {
    return ContentEncoder.NO_OP;
  }

  @Override
  public ContentEncodingContextConfig prototype() {
    return ContentEncodingContextConfig.create();
  }
}
