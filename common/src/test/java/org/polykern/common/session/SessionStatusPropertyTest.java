package org.polykern.common.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.polykern.common.session.SessionStatus.CANCELLED;
import static org.polykern.common.session.SessionStatus.CREATING;
import static org.polykern.common.session.SessionStatus.ERROR;
import static org.polykern.common.session.SessionStatus.PREPARING;
import static org.polykern.common.session.SessionStatus.PULLING;
import static org.polykern.common.session.SessionStatus.RUNNING;
import static org.polykern.common.session.SessionStatus.TERMINATED;
import static org.polykern.common.session.SessionStatus.TERMINATING;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SessionStatusPropertyTest {
  @Property
  void shouldHaveAnAnswerForEveryCombination(
      @ForAll SessionStatus main, @ForAll @Size(max = 4) List<SessionStatus> siblings) {
    var status = SessionStatus.ofKernels(main, siblings);
    var allOver = main.isTerminal() && siblings.stream().allMatch(SessionStatus::isTerminal);
    assertThat(status.isTerminal()).isEqualTo(allOver);
    if (status == RUNNING) {
      assertThat(siblings).allMatch(s -> s == RUNNING);
      assertThat(main).isEqualTo(RUNNING);
    }
  }

  @Property
  void shouldNotDependOnTheOrderOfStartedOrBrokenSiblings(
      @ForAll @Size(max = 4) List<SessionStatus> siblings) {
    var broken = siblings.stream().anyMatch(s -> s.isTerminal() || s == ERROR || s == TERMINATING);
    assertThat(SessionStatus.ofKernels(RUNNING, siblings) == ERROR).isEqualTo(broken);
  }

  @Test
  void shouldFollowTheMainKernelAsSpecified() {
    assertThat(SessionStatus.ofKernels(RUNNING, List.of(PULLING))).isEqualTo(PULLING);
    assertThat(SessionStatus.ofKernels(RUNNING, List.of(PREPARING))).isEqualTo(PREPARING);
    assertThat(SessionStatus.ofKernels(TERMINATED, List.of(CANCELLED))).isEqualTo(TERMINATED);
    assertThat(SessionStatus.ofKernels(CANCELLED, List.of(TERMINATED))).isEqualTo(CANCELLED);
    assertThat(SessionStatus.ofKernels(CANCELLED, List.of(CREATING))).isEqualTo(TERMINATING);
  }

  @Test
  void shouldHoldResourcesExactlyWhileOnAnAgent() {
    assertThat(SessionStatus.values())
        .filteredOn(SessionStatus::holdsResources)
        .containsExactlyInAnyOrder(
            SessionStatus.SCHEDULED,
            PREPARING,
            PULLING,
            CREATING,
            RUNNING,
            SessionStatus.RESTARTING,
            TERMINATING,
            ERROR);
  }
}
