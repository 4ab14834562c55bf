package potluck.server.http;

import io.helidon.http.Headers;
import io.helidon.http.encoding.ContentDecoder;
import io.helidon.http.encoding.ContentEncoder;
import io.helidon.http.encoding.ContentEncodingContext;
import io.helidon.http.encoding.ContentEncodingContextConfig;

/**
 * Lets bodies through as they come: they are unpacked in {@link BodyReader}, where their unpacked
 * size is bounded and an unknown packing gets its own answer.
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
