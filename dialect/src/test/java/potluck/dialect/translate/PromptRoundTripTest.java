package potluck.dialect.translate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import potluck.dialect.Dialect;
import potluck.dialect.Target;
import potluck.dialect.TranslationOptions;
import potluck.dialect.exchange.Dialects;
import potluck.dialect.model.Ask;
import potluck.dialect.model.Event;
import potluck.dialect.model.Losses;
import potluck.dialect.model.Prompt;

/** A dialect reads what it writes without a change. */
class PromptRoundTripTest {
  private static final String CONVERSATION =
      """
      {"model":"m","max_tokens":5000,"temperature":0.5,"stop":["a"],
       "response_format":{"type":"json_schema","json_schema":{"name":"answer","schema":{"type":"object","$defs":{"a":{"const":1}}}}},
       "tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object","properties":{}}}}],
       "tool_choice":{"type":"function","function":{"name":"f"}},
       "messages":[{"role":"system","content":"s"},
        {"role":"user","content":[{"type":"text","text":"é"},{"type":"image_url","image_url":{"url":"data:image/png;base64,QUJD"}}]},
        {"role":"assistant","content":"t","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\\"x\\":[1.50,\\"🙂\\"]}"}},
         {"id":"c2","type":"function","function":{"name":"f","arguments":"{}"}}]},
        {"role":"tool","tool_call_id":"c2","content":"2"},{"role":"tool","tool_call_id":"c1","content":"{\\"a\\": 1}"},
        {"role":"user","content":"next"}]}
      """;

  @ParameterizedTest
  @ValueSource(strings = {"openai", "responses", "anthropic", "gemini"})
  void requestIsTheSameAfterReadingAndWriting(String name) {
    Dialect openai = dialect("openai");
    Ask ask = openai.scan(CONVERSATION.getBytes(UTF_8));
    Dialect dialect = dialect(name);
    byte[] once = write(dialect, openai.readPrompt(ask, new Losses()), ask);
    Ask again = dialect.scan(once).withModel("m", false);
    Losses losses = new Losses();
    byte[] twice = write(dialect, dialect.readPrompt(again, losses), again);
    assertThat(new String(twice, UTF_8)).isEqualTo(new String(once, UTF_8));
    assertThat(losses.names()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"responses", "anthropic", "gemini"})
  void requestSurvivesTranslationThereAndBack(String name) {
    Dialect openai = dialect("openai");
    Ask ask = openai.scan(CONVERSATION.getBytes(UTF_8));
    Prompt prompt = openai.readPrompt(ask, new Losses());
    Dialect dialect = dialect(name);
    Ask other = dialect.scan(write(dialect, prompt, ask)).withModel("m", false);
    Prompt back = dialect.readPrompt(other, new Losses());
    String expected = new String(write(openai, prompt, ask), UTF_8);
    String got = new String(write(openai, back, ask), UTF_8);
    // The responses dialect has no stop sequences, and records them as lost.
    assertThat(got)
        .isEqualTo(name.equals("responses") ? expected.replace("\"stop\":[\"a\"],", "") : expected);
  }

  @Test
  void sequencerReleasesTheNextCallIfOneIsComplete() {
    List<Event> events = new ArrayList<>();
    Sequencer sequencer = new Sequencer(name -> name, events::add);
    sequencer.accept(new Event.ToolCall(0, "a", "f", null));
    sequencer.accept(new Event.ToolCall(1, "b", "g", null));
    sequencer.accept(new Event.Arguments(1, "{"));
    assertThat(events).hasSize(2);
    sequencer.accept(new Event.CallComplete(0));
    assertThat(events).endsWith(new Event.Arguments(1, "{"));
    sequencer.accept(new Event.Arguments(1, "}"));
    assertThat(events).endsWith(new Event.Arguments(1, "}"));
    sequencer.accept(new Event.Arguments(0, "late"));
    sequencer.accept(new Event.CallComplete(1));
    sequencer.accept(new Event.ToolCall(2, "c", "h", null));
    assertThat(events).endsWith(new Event.ToolCall(2, "c", "h", null));
  }

  private static byte[] write(Dialect dialect, Prompt prompt, Ask ask) {
    Target target = new Target(dialect, "m", Set.of());
    return dialect.writePrompt(
        prompt, ask, target, TranslationOptions.DEFAULT, new ToolNames(), new Losses());
  }

  private static Dialect dialect(String name) {
    return Dialects.find(name).orElseThrow();
  }
}
