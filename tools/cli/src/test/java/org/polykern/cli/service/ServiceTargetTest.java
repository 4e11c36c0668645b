package org.polykern.cli.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServiceTargetTest {
  @Test
  void shouldNameNothingButTheServiceWhereNothingElseWasAsked() {
    assertThat(ServiceTarget.of("my sess", "a&b").route())
        .isEqualTo("/stream/session/my%20sess/tcpproxy?app=a%26b");
  }

  @Test
  void shouldSendArgumentsAsTheApiWantsThem() {
    String route =
        new ServiceTarget(
                "s", "jupyter", 8081, Map.of("A", "b c"), Map.of("--x", List.of("1", "2")))
            .route();
    assertThat(URLDecoder.decode(route, StandardCharsets.UTF_8))
        .isEqualTo(
            "/stream/session/s/tcpproxy?app=jupyter&port=8081&envs={\"A\":\"b c\"}"
                + "&arguments={\"--x\":[\"1\",\"2\"]}");
    assertThat(ServiceTarget.json(Map.of("flag", List.of())).toString())
        .isEqualTo("{\"flag\":null}");
    assertThat(ServiceTarget.json(Map.of("one", List.of("1"))).toString())
        .isEqualTo("{\"one\":\"1\"}");
  }
}
