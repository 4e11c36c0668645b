package org.polykern.agent.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.polykern.common.kernel.ServicePort;

final class ServicePortsTest {
  private static final ServicePort SSHD = new ServicePort("sshd", "tcp", List.of(2200));
  private static final ServicePort TTYD = new ServicePort("ttyd", "http", List.of(7681));

  private static List<ServicePort> of(String label, Integer... preopen) {
    return ServicePorts.of(Map.of(ServicePorts.LABEL, label), List.of(preopen));
  }

  @Test
  void shouldPutPreopenPortsFirstAndTheBuiltInLast() {
    assertThat(of("jupyter:http:8888,x-Y_1:tcp:[9001,9000]", 8500, 8400))
        .containsExactly(
            new ServicePort("8500", "preopen", List.of(8500)),
            new ServicePort("8400", "preopen", List.of(8400)),
            new ServicePort("jupyter", "http", List.of(8888)),
            new ServicePort("x-Y_1", "tcp", List.of(9001, 9000)),
            SSHD,
            TTYD);
    assertThat(ServicePorts.of(Map.of(), List.of())).containsExactly(SSHD, TTYD);
    assertThat(of("  ")).containsExactly(SSHD, TTYD);
  }

  @Test
  void shouldTakeTheLaterOfTwoWithOneName() {
    assertThat(of("a:http:8001,b:http:8002,a:tcp:8003"))
        .containsExactly(
            new ServicePort("a", "tcp", List.of(8003)),
            new ServicePort("b", "http", List.of(8002)),
            SSHD,
            TTYD);
  }

  @Test
  void shouldNotLetAnImageReplaceTheBuiltIn() {
    assertThat(of("sshd:http:8001,ttyd:tcp:8002,a:http:8003"))
        .containsExactly(new ServicePort("a", "http", List.of(8003)), SSHD, TTYD);
  }

  @Test
  void shouldLeaveTerminalsOut() {
    assertThat(of("old:pty:1,a:http:8003,older:pty:[2200,7681]"))
        .containsExactly(new ServicePort("a", "http", List.of(8003)), SSHD, TTYD);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "jupyter                | it has 'jupyter'",
        "jupyter:http           | it has 'jupyter:http'",
        "a:http:8001,           | it has ''",
        "a:http:8001;b:tcp:8002 | ';b:tcp:8002' follows behind a:http:8001",
        "a:http:8001 ,b:tcp:1   | follows behind a:http:8001",
        "a b:http:8001          | it has 'a b:http:8001'",
        "a:http:[]              | it has 'a:http:[]'",
        "a:http:[8001,]         | it has",
        "a:http:123456          | follows behind a:http:12345",
        "a:gopher:8001          | the protocol gopher is none of",
        "a:http:1024            | port 1024 is not from 1025 to 65534",
        "a:http:65535           | port 65535 is not from 1025 to 65534",
        "a:http:80              | port 80 is not from",
        "a:http:2002            | port 2002 is reserved",
        "a:http:[8001,2200]     | port 2200 is reserved",
        "a:http:8001,b:tcp:8001 | port 8001 is there twice",
        "a:http:[8001,8001]     | port 8001 is there twice",
        "ä:http:8001            | it has 'ä:http:8001'",
      })
  void shouldSayWhatIsWrong(String label, String why) {
    assertThatThrownBy(() -> of(label))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Expected the image's label ai.backend.service-ports to be")
        .hasMessageContaining(why)
        .hasMessageEndingWith("; the image must be built anew.");
  }

  @Test
  void shouldCutLongLabelsInTheSentence() {
    assertThatThrownBy(() -> of("x".repeat(10_000)))
        .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(1000));
    assertThatThrownBy(() -> of("x".repeat(20_000))).hasMessageContaining("20000 characters");
  }

  @Test
  void shouldKnowWhoBlocksServices() {
    assertThat(ServicePorts.areBlocked(Map.of(), Map.of())).isFalse();
    assertThat(ServicePorts.areBlocked(Map.of("block_service_ports", true), Map.of())).isTrue();
    assertThat(ServicePorts.areBlocked(Map.of("block_service_ports", false), Map.of())).isFalse();
    assertThat(ServicePorts.areBlocked(Map.of(), Map.of(ServicePorts.BLOCK_LABEL, "1"))).isTrue();
    assertThat(ServicePorts.areBlocked(Map.of(), Map.of(ServicePorts.BLOCK_LABEL, "0"))).isFalse();
  }
}
