package potluck.kit.fake;

import java.util.Map;

/** The fake does not take a request, and says so in its provider's own words. */
public final class Refusal extends Exception {
  private final transient Reply.Whole reply;

  Refusal(Reply.Whole reply) {
    super(reply.body(), null, false, false);
    this.reply = reply;
  }

  Refusal(int status, String json) {
    this(new Reply.Whole(status, Map.of(), json));
  }

  public Reply.Whole reply() {
    return reply;
  }
}
