package potluck.kit.fake;

import java.util.Map;

/** The fake does not take a request, and says so in its provider's own words. */
public final class RejectedRequestException extends Exception {
  private final transient FakeReply.Complete reply;

  RejectedRequestException(FakeReply.Complete reply) {
    super(reply.body(), null, false, false);
    this.reply = reply;
  }

  RejectedRequestException(int status, String json) {
    this(new FakeReply.Complete(status, Map.of(), json));
  }

  public FakeReply.Complete reply() {
    return reply;
  }
}
