package org.polykern.common.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TasksTest {
  @Test
  void shouldWaitForTasksThatTasksStart() {
    var tasks = new Tasks("t", Duration.ofSeconds(10));
    var release = new CountDownLatch(1);
    var inner = new AtomicBoolean();
    tasks.start(
        "outer",
        () -> {
          release.await();
          tasks.start("inner", () -> inner.set(true));
        });
    Thread.ofVirtual().start(release::countDown);
    tasks.close();
    assertThat(inner).isTrue();
  }

  @Test
  void shouldInterruptLoopsAndNoOneElse() {
    var tasks = new Tasks("t", Duration.ofSeconds(10));
    var interrupted = new AtomicBoolean();
    var finished = new AtomicBoolean();
    var started = new CountDownLatch(1);
    tasks.startLoop(
        "loop",
        () -> {
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            interrupted.set(true);
          }
        });
    tasks.start(
        "task",
        () -> {
          started.countDown();
          tasks.pause(Duration.ofMinutes(1)); // ends when close begins, without an interrupt
          finished.set(!Thread.currentThread().isInterrupted());
        });
    await().until(() -> started.getCount() == 0);
    tasks.close();
    assertThat(interrupted).isTrue();
    assertThat(finished).isTrue();
  }

  @Test
  void shouldGiveUpAfterTheGracePeriod() {
    var tasks = new Tasks("t", Duration.ofMillis(50));
    var never = new CountDownLatch(1);
    var stubborn = tasks.start("stubborn", never::await);
    tasks.close();
    assertThat(stubborn.isAlive()).isTrue();
    never.countDown();
  }

  @Test
  void shouldRepeatAfterAnyFailure() {
    var tasks = new Tasks("t", Duration.ofSeconds(10));
    var runs = new AtomicInteger();
    tasks.every(
        Duration.ofMillis(1),
        "loop",
        () -> {
          if (runs.incrementAndGet() < 3) {
            throw new AssertionError("an Error must not end the loop");
          }
        });
    await().until(() -> runs.get() >= 3);
    tasks.close();
  }

  @Test
  void shouldKeepTheOrderPerKeyAndSurviveErrors() {
    var tasks = new Tasks("t", Duration.ofSeconds(10));
    var serial = new KeyedSerial<String>(tasks);
    List<Integer> seen = Collections.synchronizedList(new ArrayList<>());
    var expected = new ArrayList<Integer>();
    for (var i = 0; i < 500; i++) {
      var number = i;
      serial.submit(
          "key",
          () -> {
            seen.add(number);
            if (number % 100 == 0) {
              throw new AssertionError("an Error must not close the mailbox");
            }
          });
      expected.add(i);
    }
    await().untilAsserted(() -> assertThat(seen).isEqualTo(expected));
    tasks.close();
  }

  @Test
  void shouldRunDifferentKeysSideBySide() {
    var tasks = new Tasks("t", Duration.ofSeconds(10));
    var serial = new KeyedSerial<String>(tasks);
    var meeting = new CountDownLatch(2);
    for (var key : List.of("a", "b")) {
      serial.submit(
          key,
          () -> {
            meeting.countDown();
            meeting.await();
          });
    }
    await().until(() -> meeting.getCount() == 0);
    tasks.close();
  }
}
