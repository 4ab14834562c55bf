package potluck.kit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import potluck.kit.DisconnectingClient.Moment;
import potluck.kit.fake.Fault;
import potluck.kit.fake.Script;

/** The fault proxy takes the place of a gateway: it forwards a disconnect at once. */
class DisconnectingClientTest {
  @ParameterizedTest
  @EnumSource(Moment.class)
  @Timeout(30)
  void upstreamSeesTheDisconnect(Moment moment) throws Exception {
    String body = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}";
    String head = "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer k\r\n";
    String request = head + "content-length: " + body.length() + "\r\n\r\n" + body;
    boolean silent = moment == Moment.BEFORE_ANSWER;
    Fault.StallPoint where = silent ? Fault.StallPoint.BEFORE_HEADERS : Fault.StallPoint.MID_STREAM;
    try (FakeUpstream upstream = FakeUpstream.start();
        FaultProxy gateway = new FaultProxy(upstream.port(), Faults.NONE)) {
      upstream.setDefaultScript(Script.PLAIN.withFault(new Fault.Stall(where)));
      RecordedRequest recorded =
          DisconnectingClient.disconnect(gateway.port(), request, upstream, moment);
      assertThat(recorded.wasAborted()).isTrue();
    }
  }
}
