package potluck.server.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonMappingException.Reference;
import com.fasterxml.jackson.databind.exc.InvalidNullException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
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
    return unprocessable(
        new LocalizedText("请求体为空，应为一个 JSON 对象", "it is empty, but must be a JSON object"));
  }

  static ApiError toApiError(IOException thrown) {
    return switch (thrown) {
      case InvalidNullException e ->
          unprocessable(
              new LocalizedText(
                  path(e, "列表") + " 中有 null", "there is a null in " + path(e, "a list")));
      case MismatchedInputException e when e.getTargetType() != null ->
          wrongType(e, e.getTargetType());
      case JsonMappingException e when e.getCause() instanceof InputCoercionException cause ->
          wrongType(e, cause.getTargetType());
      case InputCoercionException e ->
          unprocessable(new LocalizedText("数字过大", "a number is too large"));
      case JsonProcessingException e ->
          unprocessable(
              new LocalizedText(
                  "不是有效的 JSON：" + e.getOriginalMessage(), "no JSON: " + e.getOriginalMessage()));
      default -> unprocessable(new LocalizedText("不是有效的 JSON", "no JSON"));
    };
  }

  private static ApiError unprocessable(LocalizedText why) {
    return new ApiError(
        422, "数据验证失败：" + why.zh(), "The body is not valid for this route (" + why.en() + ").");
  }

  private static ApiError wrongType(JsonMappingException e, @Nullable Class<?> wanted) {
    LocalizedText kind = typeName(wanted);
    return unprocessable(
        new LocalizedText(
            path(e, "请求体") + " 应为" + kind.zh(), path(e, "the body") + " must be " + kind.en()));
  }

  private static LocalizedText typeName(@Nullable Class<?> wanted) {
    if (wanted == null) {
      return new LocalizedText("另一种类型", "of another type");
    }
    if (wanted == Boolean.class) {
      return new LocalizedText(" true 或 false", "true or false");
    }
    if (wanted == Integer.class || wanted == Long.class || wanted == int.class) {
      return new LocalizedText("整数（不过大）", "a whole number that is not too large");
    }
    if (Number.class.isAssignableFrom(wanted)) {
      return new LocalizedText("数字", "a number");
    }
    if (wanted == String.class) {
      return new LocalizedText("文本", "a text");
    }
    return Collection.class.isAssignableFrom(wanted)
        ? new LocalizedText("列表", "a list")
        : new LocalizedText(" JSON 对象", "a JSON object");
  }

  /** For example {@code models[0]}. */
  private static String path(JsonMappingException e, String whole) {
    StringBuilder path = new StringBuilder();
    for (Reference step : e.getPath()) {
      if (step.getFieldName() == null) {
        path.append('[').append(step.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
      }
    }
    return path.isEmpty() ? whole : path.toString();
  }
}
