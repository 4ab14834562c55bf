package potluck.kit.fake;

/**
 * Signatures of the fake's thoughts. A thought that comes back must have the same signature for the
 * same provider and text. They protect nothing. Stateless.
 */
final class FakeSignature {
  private FakeSignature() {}

  static String of(String provider, String thought) {
    return "fake" + provider + Integer.toHexString(thought.hashCode()) + "+/=";
  }
}
