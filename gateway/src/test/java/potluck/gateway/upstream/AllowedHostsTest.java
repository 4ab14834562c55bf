package potluck.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import potluck.gateway.upstream.UpstreamFailed.Kind;

/** Which addresses may be reached; the table is {@code addresses.txt} beside this class. */
class AllowedHostsTest {
  static List<String> table(String section) throws IOException {
    try (var in = AllowedHostsTest.class.getResourceAsStream("addresses.txt")) {
      String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      String rest = all.substring(all.indexOf("[" + section + "]") + section.length() + 2);
      int end = rest.indexOf("\n[section");
      return Stream.of((end < 0 ? rest : rest.substring(0, end)).split("\\s+"))
          .filter(word -> !word.isEmpty())
          .toList();
    }
  }

  static List<String> privateAddresses() throws IOException {
    return table("section private");
  }

  static List<String> metadataAddresses() throws IOException {
    return table("section metadata");
  }

  static List<String> publicAddresses() throws IOException {
    return table("section public");
  }

  static List<String> misleadingHosts() throws IOException {
    return table("section misleading");
  }

  @ParameterizedTest
  @MethodSource("privateAddresses")
  void allowedHostsAdmitPrivateAddressesOnlyIfListed(String literal) {
    InetAddress address = InetAddress.ofLiteral(literal);
    assertThat(AllowedHosts.NONE.mayReach("name.example", 443, address)).isFalse();
    assertThat(AllowedHosts.parse("name.example").mayReach("name.example", 443, address)).isTrue();
    assertThat(AllowedHosts.parse("other.example").mayReach("name.example", 443, address))
        .isFalse();
  }

  @ParameterizedTest
  @MethodSource("metadataAddresses")
  void allowedHostsNeverAdmitMetadataAddresses(String literal) {
    InetAddress address = InetAddress.ofLiteral(literal);
    assertThat(AllowedHosts.parse("name.example").mayReach("name.example", 80, address)).isFalse();
  }

  @ParameterizedTest
  @MethodSource("publicAddresses")
  void allowedHostsAdmitPublicAddresses(String literal) {
    assertThat(AllowedHosts.NONE.mayReach("name.example", 443, InetAddress.ofLiteral(literal)))
        .isTrue();
  }

  @ParameterizedTest
  @MethodSource("misleadingHosts")
  void allowedHostsRefuseMisleadingSpellingsBeforeAnyLookUp(String uri) {
    HostResolver nobody =
        host -> {
          throw new AssertionError("looked up " + host);
        };
    try (var client = new UpstreamTestClient(nobody, AllowedHosts.NONE, HttpLimits.DEFAULT)) {
      assertThat(UpstreamTestClient.failure(() -> client.get(uri))).isEqualTo(Kind.ADDRESS_REFUSED);
    }
    assertThat(AllowedHosts.NONE.findObjection(URI.create(uri))).isPresent();
  }

  @Test
  void allowedHostsCheckAnAddressBeforeItIsSaved() {
    AllowedHosts allowed = AllowedHosts.parse("mock.example:8080,10.0.0.5");
    for (String good :
        List.of(
            "https://api.openai.com/v1",
            "https://[2606:4700::1]/",
            "http://mock.example:8080/v1",
            "http://10.0.0.5/")) {
      assertThat(allowed.findObjection(URI.create(good))).as(good).isEmpty();
    }
    assertThat(allowed.findObjection(URI.create("http://mock.example:8081/v1")))
        .hasValueSatisfying(why -> assertThat(why).contains("UPSTREAM_ALLOWED_HOSTS"));
  }

  @Test
  void allowedHostsTableIsLarge() throws IOException {
    int lines =
        privateAddresses().size()
            + metadataAddresses().size()
            + publicAddresses().size()
            + misleadingHosts().size();
    assertThat(lines).isGreaterThanOrEqualTo(200);
  }

  @Test
  void allowedHostsEntryWithAPortAdmitsThatPortOnly() {
    AllowedHosts allowed = AllowedHosts.parse("mock.example:8080, [::1]:9090 ,10.0.0.5");
    InetAddress inside = InetAddress.ofLiteral("10.0.0.5");
    assertThat(allowed.mayReach("mock.example", 8080, inside)).isTrue();
    assertThat(allowed.mayReach("mock.example", 8081, inside)).isFalse();
    assertThat(allowed.mayReach("[::1]", 9090, InetAddress.ofLiteral("::1"))).isTrue();
    assertThat(allowed.mayReach("[::1]", 80, InetAddress.ofLiteral("::1"))).isFalse();
    assertThat(allowed.mayReach("10.0.0.5", 1, inside)).isTrue();
    assertThat(allowed.mayReach("rebound.example", 1, inside)).isFalse();
  }

  @Test
  void hostNamesHaveOneSpelling() {
    AllowedHosts allowed = AllowedHosts.parse("Mock.Example.,[0:0::1]");
    assertThat(allowed.lists("mock.example", 1)).isTrue();
    assertThat(allowed.lists("MOCK.EXAMPLE".toLowerCase(Locale.ROOT), 1)).isTrue();
    assertThat(allowed.lists("mock.example.", 1)).isTrue();
    assertThat(allowed.lists("[::1]", 1)).isTrue();
    assertThat(allowed.lists("a.mock.example", 1)).isFalse();
    assertThat(AllowedHosts.parse(" , ").lists("mock.example", 1)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a:b", "a:99999", "http://a", "a/b", "*.a", "0x7f.1", "::1", "[::1", "a b"})
  void allowedHostsRejectInvalidEntriesByName(String entry) {
    assertThatThrownBy(() -> AllowedHosts.parse("good.example," + entry))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(entry.split(":")[0]);
  }
}
