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

/**
 * Shared helpers for {@link Dialect#scan} and {@link Dialect#forward}: they read and edit a request
 * body without building a tree. Stateless.
 */
public final class RequestScan {
  private RequestScan() {}

  /**
   * Checks that a body is strict JSON, at most {@link StrictJson#MAX_DEPTH} levels deep.
   *
   * @return the members of the object
   * @throws FailureException (INVALID) with the problem and its byte offset
   */
  public static Members check(byte[] body) {
    return check(body, StrictJson.MAX_DEPTH);
  }

  /**
   * Checks that a body is strict JSON, at most {@code depth} levels deep.
   *
   * @return the members of the object
   * @throws FailureException (INVALID) with the problem and its byte offset
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
   * The value of {@code model}.
   *
   * @throws FailureException (INVALID) if it is missing, blank or not a string
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
   * The value of {@code stream}; false if it is absent or null.
   *
   * @throws FailureException (INVALID) if it is not a boolean. Lenient upstreams read 1 and "true"
   *     as true and would then send, and charge for, a stream that is not expected here.
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

  /** Parses a count of 1 to 18 digits; empty for anything else. */
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
   * An affinity key from the part of a conversation that stays the same as it grows: a hash of the
   * system text and the first two messages. Null if there is neither.
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

  /** Replaces the model name with the upstream's. The returned splice accepts further edits. */
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

  /** Adds a member, already written as JSON, at the start of an object. */
  public static void addMember(Splice splice, byte[] body, Span object, String member) {
    int inside = JsonScanner.skipSpace(body, object.from(), object.to()) + 1;
    boolean empty = body[JsonScanner.skipSpace(body, inside, object.to())] == '}';
    splice.insert(inside, empty ? member : member + ",");
  }
}
