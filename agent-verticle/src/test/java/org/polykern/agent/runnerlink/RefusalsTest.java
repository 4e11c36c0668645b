package org.polykern.agent.runnerlink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class RefusalsTest {
  private static JsonNode json(String text) throws Exception {
    return new ObjectMapper().readTree(text);
  }

  @Test
  void shouldCountByCall() throws Exception {
    var refusals = Refusals.of(json("{\"calls\": {\"ptrace\": 2, \"connect\": 40}}"));
    assertThat(refusals.total()).isEqualTo(42);
    assertThat(refusals.calls().toString()).isEqualTo("{connect=40, ptrace=2}");
  }

  @Test
  void shouldSkipWhatAHostileRunnerMakesUp() throws Exception {
    assertThat(
            Refusals.of(
                json(
                    "{\"calls\": {\"<b>\": 1, \"\": 1, \"a\": -1, \"b\": 1.5, \"c\": \"7\", \"d\":"
                        + " 1e300, \"e\": 123456789012345678901234567890, \"f\": null, \"g\": {},"
                        + " \"Connect\": 1, \"bpf\": 9223372036854775807}}")))
        .isEqualTo(new Refusals((1L << 53) - 1, java.util.Map.of("bpf", (1L << 53) - 1)));
    assertThat(Refusals.of(json("{\"calls\": [1, 2]}"))).isEqualTo(Refusals.NONE);
    assertThat(Refusals.of(json("7"))).isEqualTo(Refusals.NONE);
  }

  @Test
  void shouldStaySmall() throws Exception {
    var many =
        IntStream.range(0, 5000)
            .mapToObj(i -> "\"call_%d\": 9223372036854775807".formatted(i))
            .collect(Collectors.joining(", ", "{\"calls\": {", "}}"));
    var refusals = Refusals.of(json(many));
    assertThat(refusals.calls()).hasSize(64);
    assertThat(refusals.total()).isEqualTo(1024 * ((1L << 53) - 1));
  }
}
