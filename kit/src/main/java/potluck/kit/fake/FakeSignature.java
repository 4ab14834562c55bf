package potluck.kit.fake;

/**
 * What the fake signs its thoughts with: whoever brings a thought back must bring the same one, for
 * the same provider and the same words. It protects nothing. Stateless.
 */
final class FakeSignature {
  private FakeSignature() {}

  static String of(String provider, String thought) {
    return "fake" + provider + Integer.toHexString(thought.hashCode()) + "+/=";
  }
}
