package potluck.server.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LifecycleTest {
  private final List<String> events = new ArrayList<>();

  @Test
  void lifecycleStopsInReverseOrder() {
    try (Lifecycle lifecycle = new Lifecycle()) {
      lifecycle.start("a", () -> events.add("start a"), () -> events.add("stop a"));
      lifecycle.start("b", () -> events.add("start b"), () -> events.add("stop b"));
    }
    assertThat(events).containsExactly("start a", "start b", "stop b", "stop a");
  }

  @Test
  void lifecycleStopsTheOthersIfOneFails() {
    try (Lifecycle lifecycle = new Lifecycle()) {
      lifecycle.add("a", () -> events.add("stop a"));
      lifecycle.add(
          "b",
          () -> {
            throw new IllegalStateException("broken");
          });
    }
    assertThat(events).containsExactly("stop a");
  }

  @Test
  void lifecycleStopsEachPartOnce() {
    Lifecycle lifecycle = new Lifecycle();
    lifecycle.add("a", () -> events.add("stop a"));
    lifecycle.close();
    lifecycle.close();
    assertThat(events).containsExactly("stop a");
  }
}
