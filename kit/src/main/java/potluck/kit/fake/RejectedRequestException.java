package potluck.kit.fake;

import java.util.Map;

/** The fake upstream rejects a request, with the error of its provider. */
public final class RejectedRequestException extends Exception {
  private final transient FakeReply.Complete reply;

  RejectedRequestException(FakeReply.Complete reply) {
    super(reply.body(), null, false, false);
    this.reply = reply;
  }

  RejectedRequestException(int status, String json) {
    this(new FakeReply.Complete(status, Map.of(), json));
  }

  /** The error response. */
  public FakeReply.Complete reply() {
    return reply;
  }
}
