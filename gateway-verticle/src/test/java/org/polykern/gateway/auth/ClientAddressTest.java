package org.polykern.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.MultiMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientAddressTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8,10.255.1.2,true",
    "10.0.0.0/8,11.0.0.1,false",
    "192.168.1.5,192.168.1.5,true",
    "192.168.1.5,192.168.1.6,false",
    "0.0.0.0/0,8.8.8.8,true",
    "10.1.2.128/25,10.1.2.127,false",
    "2001:db8::/32,2001:db8:1::1,true",
    "2001:db8::/32,2001:db9::1,false",
    "10.0.0.0/8,::1,false",
    "nonsense,10.0.0.1,false",
    "10.0.0.0/x,10.0.0.1,false",
  })
  void shouldCompareTheNetworkPart(String block, String address, boolean inside) {
    var literal = ClientAddress.literal(address);
    assertThat(literal).isNotNull();
    assertThat(ClientAddress.contains(block, literal)).isEqualTo(inside);
  }

  @Test
  void shouldPreferTheForwardedAddress() {
    var blocks = List.of("10.0.0.0/8");
    assertThatCode(() -> ClientAddress.requireAllowed(head("10.1.1.1", "1.1.1.1"), blocks))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> ClientAddress.requireAllowed(head(null, "1.1.1.1"), blocks))
        .hasMessage("'1.1.1.1' is not allowed IP address");
    assertThatThrownBy(() -> ClientAddress.requireAllowed(head("a.example", "10.1.1.1"), blocks))
        .hasMessageContaining("Expected one IP address");
  }

  @Test
  void shouldAllowAllWithoutAList() {
    assertThatCode(() -> ClientAddress.requireAllowed(head("?", "?"), List.of()))
        .doesNotThrowAnyException();
  }

  private static RequestHead head(String forwarded, String peer) {
    var headers = MultiMap.caseInsensitiveMultiMap();
    if (forwarded != null) {
      headers.add("X-Forwarded-For", forwarded);
    }
    return new RequestHead("GET", "/", "h", headers, peer, false);
  }
}
