package org.polykern.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProcessTableTest {
  private static String stat(String name, char state, long start) {
    String zeros = " 0".repeat(18);
    return "7 (" + name + ") " + state + zeros + " " + start + " 0 0\n";
  }

  @Test
  void shouldReadStartTimeBehindAnyName() {
    for (String name : new String[] {"redis", "a b", "x) S 1 (y", ""}) {
      assertThat(ProcessTable.parseStat(7, stat(name, 'S', 4711)))
          .hasValue(new ProcessTable.Identity(7, 4711));
    }
  }

  @Test
  void shouldTakeAZombieForDead() {
    assertThat(ProcessTable.parseStat(7, stat("redis", 'Z', 4711))).isEmpty();
  }

  @Test
  void shouldKnowItselfAndNobodyElseByThatPid() {
    ProcessTable.Identity me = ProcessTable.identify(ProcessHandle.current().pid()).orElseThrow();
    assertThat(me.isAlive()).isTrue();
    assertThat(new ProcessTable.Identity(me.pid(), me.startTicks() - 1).isAlive()).isFalse();
  }

  @Test
  void shouldNotFindAPidThatCannotBe() {
    assertThat(IntStream.of(0, -1).mapToObj(ProcessTable::identify)).allMatch(o -> o.isEmpty());
  }
}
