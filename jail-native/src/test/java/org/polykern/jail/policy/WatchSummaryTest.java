package org.polykern.jail.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.polykern.jail.rule.CallAction;
import org.polykern.jail.rule.CallRule;
import org.polykern.jail.rule.Limits;
import org.polykern.jail.rule.Policy;

class WatchSummaryTest {
  private static final List<String> EVENTS =
      List.of(
          "{\"event\":\"started\",\"pid\":12}",
          "{\"event\":\"watched\",\"call\":\"mount\",\"nr\":165,\"errno\":1,\"pid\":12,"
              + "\"program\":\"my \\\"prog\\\"\",\"count\":3,\"args\":[\"0x1\",\"0x2\",\"0x3\"]}",
          "{\"event\":\"watched\",\"call\":\"ptrace\",\"program\":\"gdb\",\"count\":1}",
          "{\"event\":\"watched\",\"call\":\"sync\",\"program\":\"gdb\",\"count\":1}",
          "{\"event\":\"watched\",\"call\":\"mount\",\"program\":\"busybox\",\"count\":1}",
          "{\"event\":\"use\",\"program\":\"busybox\",\"call\":\"mount\",\"count\":5}",
          "",
          "{\"event\":\"exit\",\"status\":0,\"max_processes\":20,\"max_threads\":3,\"execs\":9}");

  @Test
  void shouldOpenThePolicyAsFarAsWasNeeded() throws PolicyException {
    WatchSummary.Learned learned =
        WatchSummary.read("events", EVENTS).learn("mine", Policy.DEFAULT);
    Policy policy = learned.policy();
    assertThat(policy.lifted()).containsExactly("mount");
    assertThat(policy.limits().processes()).isEqualTo(40);
    assertThat(policy.limits().threads()).isEqualTo(16);
    assertThat(learned.comments())
        .contains(
            "mount: my \"prog\" (3), busybox (5)", "ptrace: gdb (1); no policy permits this use");
  }

  @Test
  void shouldWriteAFileThatReadsAsTheSamePolicy() throws PolicyException {
    Policy base =
        PolicyFile.read(
                "base.yml",
                """
                version: polykern/1
                unlisted_syscalls: refuse
                allowed_syscalls: [read]
                refused_syscalls: [sync, connect]
                """)
            .policy();
    WatchSummary.Learned learned = WatchSummary.read("events", EVENTS).learn("mine", base);
    assertThat(learned.policy().allowed()).containsExactlyInAnyOrder("read", "mount", "sync");
    assertThat(learned.policy().rules())
        .containsExactly(new CallRule("connect", List.of(), CallAction.refuse(1), ""));
    String text = PolicyWriter.write(learned.policy(), learned.comments());
    assertThat(PolicyFile.read("x.yml", text).policy()).isEqualTo(learned.policy());
  }

  @Test
  void shouldLimitWhatWasUnlimited() {
    WatchSummary seen = new WatchSummary(List.of(), 100, 0, 0);
    Policy base =
        new Policy(
            "x",
            false,
            CallAction.Plain.ALLOW,
            java.util.Set.of(),
            java.util.Set.of(),
            List.of(),
            Policy.DEFAULT.paths(),
            new Limits(-1, 4, -1, -1, java.util.Map.of()),
            Policy.DEFAULT.environment(),
            null,
            true);
    assertThat(seen.learn("y", base).policy().limits().processes()).isEqualTo(200);
    assertThat(seen.learn("y", base).policy().limits().threads()).isEqualTo(4);
  }

  @Test
  void shouldRefuseWhatIsNoEvent() {
    assertThatThrownBy(() -> WatchSummary.read("events", List.of("{\"event\":")))
        .isInstanceOf(PolicyException.class);
    assertThatThrownBy(() -> WatchSummary.read("events", List.of("[1]")))
        .isInstanceOf(PolicyException.class);
  }
}
