package potluck.server.importing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * A channel with several keys becomes several accounts; only those of disabled keys are disabled.
 */
class ChannelReaderTest {
  @Test
  void duplicateKeyDoesNotShiftTheDisabledOnes() throws Exception {
    assertThat(accounts("sk-a\nsk-a\n\nsk-b\nsk-c", "{\"multi_key_status_list\":{\"4\":2}}"))
        .containsExactly("sk-a on", "sk-b on", "sk-c off");
    assertThat(
            accounts(
                "[\"sk-a\",\"sk-b\",\"sk-a\"]", "{\"multi_key_status_list\":{\"0\":2,\"1\":3}}"))
        .containsExactly("sk-a on", "sk-b off");
  }

  private static List<String> accounts(String keys, String info) throws Exception {
    List<String> accounts = new ArrayList<>();
    Map<String, String> values =
        Map.of(
            "id",
            "1",
            "type",
            "1",
            "key",
            keys,
            "status",
            "1",
            "models",
            "m",
            "channel_info",
            info);
    new ChannelReader(new OneRow(values), new ChannelTypes(true))
        .read(
            new ImportSource.Sink() {
              @Override
              public void accept(SourceRecord found) {
                SourceRecord.SourceAccount account = (SourceRecord.SourceAccount) found;
                accounts.add(account.secret().reveal() + (account.enabled() ? " on" : " off"));
              }

              @Override
              public void skip(String label, String why) {
                accounts.add(why);
              }
            });
    return accounts;
  }

  private record OneRow(Map<String, String> values) implements SourceTables {
    @Override
    public Set<String> columns(String table) {
      return values.keySet();
    }

    @Override
    public void each(String table, List<String> wanted, Consumer<SourceRow> sink) {
      sink.accept(new SourceRow(values));
    }

    @Override
    public void close() {}
  }
}
