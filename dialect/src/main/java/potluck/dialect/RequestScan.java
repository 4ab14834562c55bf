package potluck.dialect;

import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Ask;
import potluck.dialect.model.Failure;
import potluck.dialect.model.FailureException;
import potluck.dialect.wire.Fingerprint;
import potluck.dialect.wire.JsonScanner;
import potluck.dialect.wire.JsonTree;
import potluck.dialect.wire.MalformedException;
import potluck.dialect.wire.Members;
import potluck.dialect.wire.Span;
import potluck.dialect.wire.Splice;
import potluck.dialect.wire.StrictJson;

/** What the dialects have in common when they look at a request without understanding it. */
public final class RequestScan {
  private RequestScan() {}

  /**
   * The members of a body that is strictly right.
   *
   * @throws FailureException (INVALID) with what is wrong and where
   */
  public static Members check(byte[] body) {
    return check(body, StrictJson.MAX_DEPTH);
  }

  /**
   * The same, no deeper than so many levels.
   *
   * @throws FailureException (INVALID) with what is wrong and where
   */
  public static Members check(byte[] body, int depth) {
    try {
      return StrictJson.check(body, depth);
    } catch (MalformedException e) {
      throw new FailureException(
          Failure.of(
                  Failure.Kind.INVALID,
                  "The request is not valid JSON: "
                      + e.getMessage()
                      + " (at byte "
                      + e.offset()
                      + ").")
              .code("invalid_json"));
    }
  }

  /**
   * The member {@code model}.
   *
   * @throws FailureException (INVALID) where it is missing, empty, or no string
   */
  public static String model(Members members) {
    String model = members.string("model");
    if (model == null || model.isBlank()) {
      throw new FailureException(
          Failure.of(Failure.Kind.INVALID, "The request must name a model, as a string.")
              .param("model"));
    }
    return model;
  }

  /**
   * The member {@code stream}; absent and null mean no.
   *
   * @throws FailureException (INVALID) where it is neither a yes nor a no: a lenient upstream takes
   *     1 and "true" for a yes, and its account would pay for an answer that nobody here expects
   */
  public static boolean stream(byte[] body, Members members) {
    Span stream = members.find("stream");
    if (stream == null || stream.equalsAscii(body, "false") || stream.equalsAscii(body, "null")) {
      return false;
    }
    if (!stream.equalsAscii(body, "true")) {
      throw new FailureException(
          Failure.of(Failure.Kind.INVALID, "stream must be true or false.").param("stream"));
    }
    return true;
  }

  /** A count of at most 18 digits; empty where there is none. */
  public static OptionalLong parseCount(byte[] body, @Nullable Span span) {
    if (span == null || span.length() > 18) {
      return OptionalLong.empty();
    }
    long value = 0;
    for (int i = span.from(); i < span.to(); i++) {
      if (body[i] < '0' || body[i] > '9') {
        return OptionalLong.empty();
      }
      value = value * 10 + body[i] - '0';
    }
    return OptionalLong.of(value);
  }

  /**
   * A name for a conversation from what does not change as it grows: the system text and the first
   * two messages. Null where there is nothing to go by.
   */
  public static @Nullable String prefixAffinity(
      byte[] body, @Nullable Span system, List<Span> messages) {
    Fingerprint print = new Fingerprint();
    if (system != null) {
      print.add(body, system);
    }
    messages.forEach(message -> print.add(body, message));
    return system == null && messages.isEmpty() ? null : "prefix-" + print.hex();
  }

  /** The body with the upstream's name of the model, open for further edits. */
  public static Splice withModel(Ask ask, Target target) {
    byte[] body = ask.body();
    Splice splice = new Splice(body);
    if (!ask.model().equals(target.model())) {
      Span all = new Span(0, body.length);
      Span model = JsonScanner.find(body, all, "model");
      if (model == null) {
        addMember(splice, body, all, "model", target.model());
      } else {
        splice.replace(model, JsonTree.quoted(target.model()));
      }
    }
    return splice;
  }

  /** Adds a member with a string value to an object. */
  private static void addMember(Splice splice, byte[] body, Span object, String name, String text) {
    addMember(splice, body, object, JsonTree.quoted(name) + ":" + JsonTree.quoted(text));
  }

  /** Adds a member, already JSON, to the front of an object, which is where readers look first. */
  public static void addMember(Splice splice, byte[] body, Span object, String member) {
    int inside = JsonScanner.skipSpace(body, object.from(), object.to()) + 1;
    boolean empty = body[JsonScanner.skipSpace(body, inside, object.to())] == '}';
    splice.insert(inside, empty ? member : member + ",");
  }
}
