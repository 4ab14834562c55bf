package potluck.server.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonMappingException.Reference;
import com.fasterxml.jackson.databind.exc.InvalidNullException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import java.io.IOException;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Explains why a body does not fit, by the names that the caller wrote: never our class names, and
 * never values, which may be passwords.
 */
final class BodyErrors {
  private BodyErrors() {}

  static ApiError emptyBody() {
    return unprocessable(MessageKey.BODY_EMPTY.text());
  }

  static ApiError toApiError(IOException thrown) {
    return switch (thrown) {
      case UnrecognizedPropertyException e ->
          unprocessable(MessageKey.BODY_UNKNOWN_FIELD.text(path(e, MessageKey.BODY_WHOLE)));
      case InvalidNullException e ->
          unprocessable(MessageKey.BODY_NULL_IN_LIST.text(path(e, MessageKey.TYPE_LIST)));
      case MismatchedInputException e when e.getTargetType() != null ->
          wrongType(e, e.getTargetType());
      case JsonMappingException e when e.getCause() instanceof InputCoercionException cause ->
          wrongType(e, cause.getTargetType());
      case InputCoercionException e -> unprocessable(MessageKey.BODY_NUMBER_TOO_LARGE.text());
      case JsonProcessingException e ->
          unprocessable(MessageKey.BODY_INVALID_JSON.text(e.getOriginalMessage()));
      default -> unprocessable(MessageKey.BODY_NOT_JSON.text());
    };
  }

  private static ApiError unprocessable(LocalizedText why) {
    return new ApiError(422, MessageKey.INVALID_BODY, why);
  }

  private static ApiError wrongType(JsonMappingException e, @Nullable Class<?> wanted) {
    LocalizedText kind = typeName(wanted);
    return unprocessable(MessageKey.BODY_WRONG_TYPE.text(path(e, MessageKey.BODY_WHOLE), kind));
  }

  private static LocalizedText typeName(@Nullable Class<?> wanted) {
    if (wanted == null) {
      return MessageKey.TYPE_OTHER.text();
    }
    if (wanted == Boolean.class) {
      return MessageKey.TYPE_BOOLEAN.text();
    }
    if (wanted == Integer.class || wanted == Long.class || wanted == int.class) {
      return MessageKey.TYPE_WHOLE_NUMBER.text();
    }
    if (Number.class.isAssignableFrom(wanted)) {
      return MessageKey.TYPE_NUMBER.text();
    }
    if (wanted == String.class) {
      return MessageKey.TYPE_TEXT.text();
    }
    return Collection.class.isAssignableFrom(wanted)
        ? MessageKey.TYPE_LIST.text()
        : MessageKey.TYPE_OBJECT.text();
  }

  /** For example {@code models[0]}. */
  private static LocalizedText path(JsonMappingException e, MessageKey whole) {
    StringBuilder path = new StringBuilder();
    for (Reference step : e.getPath()) {
      if (step.getFieldName() == null) {
        path.append('[').append(step.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
      }
    }
    return path.isEmpty() ? whole.text() : new LocalizedText(path.toString(), path.toString());
  }
}
