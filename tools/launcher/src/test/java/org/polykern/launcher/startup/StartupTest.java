package org.polykern.launcher.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StartupTest {
  private final List<String> journal = new CopyOnWriteArrayList<>();
  private final Startup startup = new Startup((_, _) -> {});

  private Step step(String name) {
    return new Step(name, () -> journal.add("+" + name), () -> journal.add("-" + name));
  }

  private Step failing(String name) {
    return Step.of(
        name,
        () -> {
          throw new IllegalStateException("no disk");
        });
  }

  @Test
  void shouldStopInReverseOrder() {
    startup.stage(step("a")).stage(step("b")).stage(step("c"));
    startup.start();
    assertThat(startup.stop()).isEmpty();
    assertThat(journal).containsExactly("+a", "+b", "+c", "-c", "-b", "-a");
  }

  @Test
  void shouldRollBackWhatHadStartedAndNameTheFailedStep() {
    startup.stage(step("a")).stage(failing("b")).stage(step("c"));
    assertThatThrownBy(startup::start)
        .isInstanceOf(StartupException.class)
        .hasMessage("b: no disk");
    assertThat(journal).containsExactly("+a", "-a");
  }

  @Test
  void shouldRollBackStepsThatRanBesideTheFailedOne() {
    startup.stage(step("a")).stage(step("b"), failing("c"), step("d"));
    assertThatThrownBy(startup::start).hasMessageStartingWith("c: ");
    assertThat(journal).contains("+b", "+d", "-b", "-d").endsWith("-a");
  }

  @Test
  void shouldRunStepsOfOneStageSideBySide() {
    var met = new CountDownLatch(2);
    Step.Action meet =
        () -> {
          met.countDown();
          assertThat(met.await(20, TimeUnit.SECONDS)).isTrue();
        };
    startup.stage(Step.of("a", meet), Step.of("b", meet));
    startup.start();
    assertThat(met.getCount()).isZero();
  }

  @Test
  void shouldGoOnStoppingAfterFailures() {
    startup
        .stage(step("a"))
        .stage(
            new Step(
                "b",
                () -> {},
                () -> {
                  throw new IllegalStateException("stuck");
                }))
        .stage(step("c"));
    startup.start();
    assertThat(startup.stop()).singleElement().asString().contains("stuck");
    assertThat(journal).containsExactly("+a", "+c", "-c", "-a");
  }

  @Test
  void shouldUndoStepThatEndsAfterStop() throws InterruptedException {
    var entered = new CountDownLatch(1);
    var mayEnd = new CountDownLatch(1);
    startup
        .stage(step("a"))
        .stage(
            new Step(
                "slow",
                () -> {
                  entered.countDown();
                  mayEnd.await();
                },
                () -> journal.add("-slow")))
        .stage(step("never"));
    var starter =
        Thread.ofVirtual()
            .start(() -> {
              try {
                startup.start();
              } catch (StartupException expected) {
                journal.add("failed");
              }
            });
    entered.await();
    startup.stop();
    mayEnd.countDown();
    starter.join();
    assertThat(journal).containsExactly("+a", "-a", "-slow", "failed");
  }
}
