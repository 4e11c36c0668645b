package org.polykern.jail.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SyscallTableTest {
  private final SyscallTable x86 = SyscallTable.of(Architecture.X86_64);

  @Test
  void shouldKnowTheNumbersOfX86() {
    assertThat(x86.number("read")).hasValue(0);
    assertThat(x86.number("openat")).hasValue(257);
    assertThat(x86.number("clone3")).hasValue(435);
    assertThat(x86.name(59)).contains("execve");
    assertThat(x86.number("no_such_call")).isEmpty();
    assertThat(x86.names().size()).isGreaterThan(350);
    assertThat(x86.highest()).isGreaterThanOrEqualTo(452);
  }

  @Test
  void shouldKnowTheNumbersOfAarch64() {
    SyscallTable arm = SyscallTable.of(Architecture.AARCH64);
    assertThat(arm.number("openat")).hasValue(56);
    assertThat(arm.number("clone")).hasValue(220);
    assertThat(arm.number("execve")).hasValue(221);
    assertThat(arm.number("clone3")).hasValue(435);
    assertThat(arm.number("open")).isEmpty();
    assertThat(arm.number("fork")).isEmpty();
  }

  @Test
  void shouldRefuseATableThatIsNone() {
    assertThatThrownBy(() -> SyscallTable.parse(Architecture.X86_64, "read zero"))
        .hasMessage("Expected 'name number', but read 'read zero'.");
    assertThatThrownBy(() -> SyscallTable.parse(Architecture.X86_64, "# nothing\n"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldSuggestTheNearestName() {
    assertThat(NearestName.of("opnat", x86.names())).contains("openat");
    assertThat(NearestName.of("Conect", x86.names())).contains("connect");
    assertThat(NearestName.of("clock-settime", x86.names())).contains("clock_settime");
    assertThat(NearestName.of("helicopter_landing", x86.names())).isEmpty();
  }

  @Test
  void shouldCountEdits() {
    assertThat(NearestName.distance("", "abc")).isEqualTo(3);
    assertThat(NearestName.distance("kitten", "sitting")).isEqualTo(3);
    assertThat(NearestName.distance("same", "same")).isZero();
  }
}
