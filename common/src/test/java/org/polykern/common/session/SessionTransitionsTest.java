package org.polykern.common.session;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SessionTransitionsTest {
  // The table of the specification for sessions (CREATING, which it has not, as PREPARING's
  // successor), the kernels' additions, and our way back to the queue after a refusal. Written out
  // a second time on purpose: a change of the table must be meant.
  private static final Map<String, String> EXPECTED =
      Map.ofEntries(
          entry("PENDING", "SCHEDULED CANCELLED"),
          entry(
              "SCHEDULED",
              "PENDING PREPARING PULLING CREATING RUNNING TERMINATING TERMINATED ERROR CANCELLED"),
          entry(
              "PREPARING",
              "PENDING PULLING CREATING RUNNING TERMINATING TERMINATED ERROR CANCELLED"),
          entry(
              "PULLING",
              "PENDING PREPARING CREATING RUNNING TERMINATING TERMINATED ERROR CANCELLED"),
          entry("CREATING", "PENDING RUNNING TERMINATING TERMINATED ERROR CANCELLED"),
          entry("RUNNING", "RESTARTING TERMINATING TERMINATED ERROR"),
          entry("RESTARTING", "RUNNING TERMINATING TERMINATED ERROR"),
          entry("TERMINATING", "TERMINATED CANCELLED ERROR"),
          entry("ERROR", "TERMINATING TERMINATED"),
          entry("TERMINATED", ""),
          entry("CANCELLED", ""));

  @Test
  void shouldAllowExactlyTheSpecifiedPairs() {
    for (var from : SessionStatus.values()) {
      List<String> allowed = Arrays.asList(EXPECTED.get(from.name()).split(" "));
      for (var to : SessionStatus.values()) {
        assertThat(SessionTransitions.allowed(from, to))
            .as("%s -> %s", from, to)
            .isEqualTo(allowed.contains(to.name()));
        assertThat(SessionTransitions.sourcesOf(to).contains(from))
            .isEqualTo(SessionTransitions.allowed(from, to));
      }
    }
  }

  @Test
  void shouldReachAnEndFromEveryStatus() {
    for (var status : SessionStatus.values()) {
      var ends = SessionTransitions.next(status).stream().anyMatch(SessionStatus::isTerminal);
      assertThat(ends || status.isTerminal()).as("%s", status).isTrue();
    }
  }
}
