package potluck.gateway.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Splits text into the demo model's tokens: a word with the space before it, one Chinese character,
 * or one punctuation mark. Stateless.
 */
final class DemoTokenizer {
  private static final Pattern TOKEN = Pattern.compile("\\s*(?:\\p{IsHan}|[\\p{L}\\p{N}_']+|\\S)");
  private static final int MAX_ECHO_CHARS = 200;

  private DemoTokenizer() {}

  static List<String> split(String text) {
    List<String> words = new ArrayList<>();
    Matcher matcher = TOKEN.matcher(text);
    while (matcher.find()) {
      words.add(matcher.group());
    }
    return words;
  }

  /** Number of tokens in all messages of a request. */
  static int count(JsonNode messages) {
    int count = 0;
    for (JsonNode message : messages) {
      count += split(text(message.path("content"))).size();
    }
    return count;
  }

  static String answer(JsonNode messages) {
    String question = "";
    for (JsonNode message : messages) {
      if (message.path("role").asText().equals("user")) {
        question = text(message.path("content")).strip();
      }
    }
    String echo =
        question.codePointCount(0, question.length()) <= MAX_ECHO_CHARS
            ? question
            : question.substring(0, question.offsetByCodePoints(0, MAX_ECHO_CHARS)) + "…";
    boolean chinese = question.codePoints().anyMatch(Character::isIdeographic);
    return chinese
        ? "你好，我是 Potluck 的演示模型，住在程序里面，不需要任何供应商账号。你刚才说：“"
            + echo
            + "”。要得到真正的回答，请添加一个账号：POST /api/plugin-api/accounts。"
        : "Hello! I am Potluck's demo model. I run inside the program and need no provider. You"
            + " said: \""
            + echo
            + "\". For real answers, add an account: POST /api/plugin-api/accounts.";
  }

  private static String text(JsonNode content) {
    if (content.isTextual()) {
      return content.asText();
    }
    StringBuilder text = new StringBuilder();
    for (JsonNode part : content) {
      text.append(part.path("text").asText());
    }
    return text.toString();
  }
}
