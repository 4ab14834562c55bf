package potluck.kit;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import potluck.kit.fake.FakeReply;
import potluck.kit.fake.Fault;
import potluck.kit.fake.Quirk;
import potluck.kit.fake.Script;

/**
 * Converts a stream of events to the byte pieces that are written one by one: one piece per event,
 * unless a quirk changes that. Immutable.
 */
record EventFramer(FakeReply.Events reply, Script script) {

  List<byte[]> pieces() {
    List<byte[]> pieces = new ArrayList<>();
    List<FakeReply.Event> events = new ArrayList<>(reply.events());
    if (script.fault() instanceof Fault.InBand(int count)) {
      events = new ArrayList<>(events.subList(0, Math.min(count, events.size())));
      events.add(reply.error());
    }
    for (int i = 0; i < events.size(); i++) {
      String text = reply.array() ? element(events, i) : frame(events.get(i));
      pieces.add(text.getBytes(StandardCharsets.UTF_8));
    }
    if (script.has(Quirk.ALL_AT_ONCE)) {
      return List.of(all(pieces));
    }
    if (script.has(Quirk.BYTE_BY_BYTE)) {
      return singleBytes(all(pieces));
    }
    return pieces;
  }

  private static String element(List<FakeReply.Event> events, int index) {
    String data = events.get(index).data();
    return (index == 0 ? "[" : ",\r\n") + data + (index == events.size() - 1 ? "]" : "");
  }

  private String frame(FakeReply.Event event) {
    String end = script.has(Quirk.CRLF_LINES) ? "\r\n" : "\n";
    String space = script.has(Quirk.NO_SPACE_AFTER_DATA) ? "" : " ";
    String comment = script.has(Quirk.COMMENTS) ? ": still here" + end + end : "";
    String name = event.name() == null ? "" : "event:" + space + event.name() + end;
    return comment + name + "data:" + space + event.data() + end + end;
  }

  private static byte[] all(List<byte[]> pieces) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    pieces.forEach(all::writeBytes);
    return all.toByteArray();
  }

  private static List<byte[]> singleBytes(byte[] bytes) {
    List<byte[]> singles = new ArrayList<>(bytes.length);
    for (byte b : bytes) {
      singles.add(new byte[] {b});
    }
    return singles;
  }
}
