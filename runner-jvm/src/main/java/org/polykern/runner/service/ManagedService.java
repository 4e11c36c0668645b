package org.polykern.runner.service;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.polykern.runner.process.UserProcess;
import org.polykern.runner.spawn.Signal;

/** One service by its name, through all of its starts and ends. Confined to the loop thread. */
final class ManagedService implements UserProcess.Listener {
  private static final Duration POLL = Duration.ofMillis(50);
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(2);
  private static final int TOLD_BYTES = 8 * 1024;
  private static final int SIGNALS = 128;

  enum Phase {
    IDLE,
    STARTING,
    RUNNING,
    STOPPING
  }

  private final String name;
  private final ServiceSurroundings given;
  private final Launches launches;
  private final Map<String, Object> refs;
  private final List<Consumer<StartAnswer>> starters = new ArrayList<>();
  private final List<Runnable> whenStopped = new ArrayList<>();
  private Phase phase = Phase.IDLE;
  private ServiceLog log = new ServiceLog();
  private int port;
  private boolean noop;
  private long startedAt;
  private int attempts;
  private @Nullable Prestart prestart;
  private @Nullable UserProcess process;
  private @Nullable PortProbe probe;

  /**
   * A service that never ran.
   *
   * @param refs results of prestart actions, those of all services
   */
  ManagedService(
      String name, ServiceSurroundings given, Launches launches, Map<String, Object> refs) {
    this.name = name;
    this.given = given;
    this.launches = launches;
    this.refs = refs;
  }

  Phase phase() {
    return phase;
  }

  String log() {
    return log.text();
  }

  /** Tells whether it runs, as far as can be seen: its process lives, its port answers. */
  void running(Consumer<Boolean> answer) {
    if (phase == Phase.RUNNING || (phase == Phase.IDLE && noop)) {
      PortProbe.ask(port, given.loop(), answer);
    } else {
      answer.accept(false);
    }
  }

  /** Tells this one too when the start that is going on is over. */
  void join(Consumer<StartAnswer> answer) {
    starters.add(answer);
  }

  /** Starts it; it is idle. */
  void start(Launch launch, Consumer<StartAnswer> answer) {
    phase = Phase.STARTING;
    log = new ServiceLog();
    port = launch.request().port();
    noop = launch.noop();
    startedAt = System.nanoTime();
    starters.add(answer);
    int attempt = ++attempts;
    PortProbe.ask(
        port,
        given.loop(),
        taken -> {
          if (current(attempt)) {
            begin(launch, taken);
          }
        });
  }

  /** Ends it, then calls {@code done}; at once where nothing runs. */
  void stop(Runnable done) {
    if (phase == Phase.STARTING) {
      fail("Expected the service " + name + " to start, but it was shut down meanwhile.");
    }
    if (phase == Phase.IDLE) {
      done.run();
      return;
    }
    whenStopped.add(done);
    if (phase == Phase.RUNNING) {
      end();
    }
  }

  /** Whether a start is still that one; what was left to be done for another one is not. */
  private boolean current(int attempt) {
    return attempt == attempts && phase == Phase.STARTING;
  }

  private void begin(Launch launch, boolean taken) {
    if (taken && noop) {
      started();
    } else if (taken) {
      fail(
          "Expected port "
              + port
              + " to be free for the service "
              + name
              + ", but another program listens on it: end that one first.");
    } else {
      prestart = new Prestart(given, launches, launch, refs, log, said -> prepared(launch, said));
      prestart.proceed();
    }
  }

  private void prepared(Launch launch, @Nullable String failure) {
    prestart = null;
    if (failure != null) {
      fail(failure);
      return;
    }
    try {
      if (!noop) {
        Template template = launches.template(launch.request(), refs);
        process =
            UserProcess.start(
                given.spawner(), launch.program().make(template), given.loop(), given.log(), this);
      }
      probe = new PortProbe(port);
      poll(attempts, launch.patience(), System.nanoTime() + launch.patience().toNanos());
    } catch (ServiceException e) {
      fail(e.sentence());
    } catch (IOException e) {
      fail("Expected to start the service " + name + ", but it failed: " + e.getMessage());
    }
  }

  private void poll(int attempt, Duration patience, long deadline) {
    if (!current(attempt) || probe == null) {
      return;
    }
    if (probe.answered()) {
      started();
    } else if (System.nanoTime() - deadline > 0) {
      fail(
          "Expected the service "
              + name
              + " to open port "
              + port
              + " within "
              + ServiceSurroundings.Limits.seconds(patience)
              + " s, but it did not.");
    } else {
      given.loop().after(POLL, () -> poll(attempt, patience, deadline));
    }
  }

  private void started() {
    closeProbe();
    phase = noop ? Phase.IDLE : Phase.RUNNING;
    given
        .log()
        .accept(
            "The service "
                + name
                + " started in "
                + (System.nanoTime() - startedAt) / 1_000_000
                + " ms.");
    answer(StartAnswer.STARTED, StartAnswer.RUNNING);
  }

  private void fail(String sentence) {
    closeProbe();
    if (prestart != null) {
      prestart.cancel();
      prestart = null;
    }
    StartAnswer failed = StartAnswer.failed(sentence, log.last(TOLD_BYTES));
    phase = Phase.IDLE;
    if (process != null) {
      end();
    }
    given.log().accept(sentence);
    answer(failed, failed);
  }

  private void closeProbe() {
    if (probe != null) {
      probe.close();
      probe = null;
    }
  }

  private void answer(StartAnswer first, StartAnswer others) {
    List<Consumer<StartAnswer>> waiting = List.copyOf(starters);
    starters.clear();
    StartAnswer next = first;
    for (Consumer<StartAnswer> starter : waiting) {
      starter.accept(next);
      next = others;
    }
  }

  private void end() {
    UserProcess ending = process;
    if (ending != null) {
      phase = Phase.STOPPING;
      ending.signal(Signal.TERMINATE);
      given.loop().after(STOP_PATIENCE, () -> ending.signal(Signal.KILL));
    }
  }

  @Override
  public void output(boolean isStderr, ByteBuffer text) {
    log.add(text.duplicate());
  }

  @Override
  public void waitingInput(boolean password) {
    // Its input is the null device.
  }

  @Override
  public void ended(int status) {
    UserProcess gone = process;
    process = null;
    switch (phase) {
      case STARTING ->
          fail(
              "Expected the service "
                  + name
                  + " to open port "
                  + port
                  + ", but it "
                  + end(status)
                  + " before that.");
      case STOPPING -> {
        if (gone != null) {
          gone.killRemains();
        }
      }
      default -> given.log().accept("The service " + name + " " + end(status) + ".");
    }
    phase = Phase.IDLE;
    List<Runnable> waiting = List.copyOf(whenStopped);
    whenStopped.clear();
    waiting.forEach(Runnable::run);
  }

  private static String end(int status) {
    return status > SIGNALS
        ? "was ended by signal " + (status - SIGNALS)
        : "ended with status " + status;
  }
}
