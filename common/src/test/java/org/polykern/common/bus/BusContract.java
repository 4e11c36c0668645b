package org.polykern.common.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;
import org.polykern.common.problem.ProblemException;
import org.polykern.common.task.Tasks;

/** What the bus promises, whether the other side is in this process or in another. */
abstract class BusContract {
  private static final Address<RunCommand, RunCommand.Outcome> RUNS =
      new Address<>("test.runs", Duration.ofSeconds(10));
  private static final Address<Object, Object> ANYTHING =
      new Address<>("test.anything", Duration.ofSeconds(10));
  private static final Topic<SchedulerWake> TOPIC = new Topic<>("test.topic");

  final Tasks serverTasks = new Tasks("server", Duration.ofSeconds(5));
  private final Tasks clientTasks = new Tasks("client", Duration.ofSeconds(5));
  Bus server;
  Bus client;

  abstract Vertx serverVertx();

  abstract Vertx clientVertx();

  @BeforeEach
  void open() {
    server = new Bus(serverVertx(), serverTasks);
    client = new Bus(clientVertx(), clientTasks);
  }

  @AfterEach
  void close() {
    server.close();
    client.close();
    serverTasks.close();
    clientTasks.close();
  }

  private static ProblemCode codeOf(ProblemException e) {
    return e.problem().code();
  }

  private void expect(ProblemCode code, Runnable call) {
    assertThatThrownBy(call::run)
        .asInstanceOf(InstanceOfAssertFactories.type(ProblemException.class))
        .extracting(BusContract::codeOf)
        .isEqualTo(code);
  }

  @Test
  void shouldCarryEveryMessageThereAndBack() {
    server.consume(ANYTHING, message -> message).await();
    for (var sample : Samples.all()) {
      if (!(sample instanceof Problem)) {
        assertThat(client.request(ANYTHING, sample)).isEqualTo(sample);
      }
    }
  }

  @Test
  void shouldCarryProblemsAsTheyAre() {
    server
        .consume(
            RUNS,
            command -> {
              throw Samples.PROBLEM.toException();
            })
        .await();
    assertThatThrownBy(() -> client.request(RUNS, new RunCommand.Interrupt(kernel(), null)))
        .asInstanceOf(InstanceOfAssertFactories.type(ProblemException.class))
        .extracting(ProblemException::problem)
        .isEqualTo(Samples.PROBLEM);
  }

  @Test
  void shouldAnswerWhateverTheHandlerThrows() {
    server
        .consume(
            RUNS,
            command -> {
              if (command instanceof RunCommand.Interrupt) {
                throw new AssertionError("an Error");
              }
              // await() rethrows checked exceptions without declaring them.
              Future.failedFuture(new IOException("checked")).await();
              return new RunCommand.Outcome.Done();
            })
        .await();
    expect(
        ProblemCode.INTERNAL, () -> client.request(RUNS, new RunCommand.Interrupt(kernel(), null)));
    expect(ProblemCode.INTERNAL, () -> client.request(RUNS, new RunCommand.ReadLog(kernel(), 1)));
  }

  @Test
  void shouldRefuseWhatCannotTravel() {
    server.consume(ANYTHING, message -> "no message").await();
    expect(ProblemCode.INTERNAL, () -> client.request(ANYTHING, new SchedulerWake("x")));
    assertThatThrownBy(() -> client.request(ANYTHING, "text"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldSayUnavailableWhenNobodyListens() {
    var nobody = new Address<SchedulerWake, SchedulerWake>("test.nobody", Duration.ofSeconds(10));
    expect(ProblemCode.UNAVAILABLE, () -> client.request(nobody, new SchedulerWake("x")));
  }

  @Test
  void shouldSayOutcomeUnknownWhenTimeIsUp() {
    var slow = new Address<SchedulerWake, SchedulerWake>("test.slow", Duration.ofMillis(200));
    var release = new CountDownLatch(1);
    server
        .consume(
            slow,
            wake -> {
              awaitQuietly(release);
              return wake;
            })
        .await();
    expect(ProblemCode.OUTCOME_UNKNOWN, () -> client.request(slow, new SchedulerWake("x")));
    release.countDown();
  }

  @Test
  void shouldHandleMessagesOfOneAddressSideBySide() {
    var meeting = new CountDownLatch(10);
    server
        .consume(
            ANYTHING,
            message -> {
              meeting.countDown();
              awaitQuietly(meeting);
              return message;
            })
        .await();
    for (var i = 0; i < 10; i++) {
      clientTasks.start("ask", () -> client.request(ANYTHING, new SchedulerWake("x")));
    }
    await().until(() -> meeting.getCount() == 0);
  }

  @Test
  void shouldTellEverySubscriber() {
    List<SchedulerWake> heard = new CopyOnWriteArrayList<>();
    server.subscribe(TOPIC, heard::add).await();
    client.subscribe(TOPIC, heard::add).await();
    await()
        .untilAsserted(() -> {
          heard.clear();
          client.publish(TOPIC, new SchedulerWake("x"));
          await().atMost(Duration.ofSeconds(2)).until(() -> heard.size() == 2);
        });
  }

  @Test
  void shouldAnswerAllTheWhileItRegistersAgain() {
    var answers = new AtomicInteger();
    server
        .consume(
            ANYTHING,
            message -> {
              answers.incrementAndGet();
              return message;
            })
        .await();
    for (var i = 0; i < 20; i++) {
      server.reRegister();
      client.request(ANYTHING, new SchedulerWake("x"));
    }
    assertThat(answers).hasValue(20);
    server.close();
    await()
        .untilAsserted(() ->
            expect(
                ProblemCode.UNAVAILABLE, () -> client.request(ANYTHING, new SchedulerWake("x"))));
  }

  @Test
  void shouldRefuseRequestsWhileItShutsDown() {
    server.consume(ANYTHING, message -> message).await();
    serverTasks.close();
    expect(ProblemCode.UNAVAILABLE, () -> client.request(ANYTHING, new SchedulerWake("x")));
  }

  private static org.polykern.common.id.KernelId kernel() {
    return org.polykern.common.id.KernelId.random();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
