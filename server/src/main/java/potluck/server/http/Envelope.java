package potluck.server.http;

import org.jspecify.annotations.Nullable;

/** The JSON objects that own routes wrap their answers in, as AntiHub's clients expect them. */
public final class Envelope {
  private Envelope() {}

  /** An answer with data. */
  public record DataAnswer(boolean success, Object data) {}

  /** An answer with a text for people. */
  public record MessageAnswer(String message, boolean success) {}

  /** An answer with a text for people and data; null data is written as null. */
  public record MessageDataAnswer(boolean success, String message, @Nullable Object data) {}

  public static DataAnswer data(Object data) {
    return new DataAnswer(true, data);
  }

  public static MessageAnswer message(String message) {
    return new MessageAnswer(message, true);
  }

  public static MessageDataAnswer message(String message, @Nullable Object data) {
    return new MessageDataAnswer(true, message, data);
  }
}
