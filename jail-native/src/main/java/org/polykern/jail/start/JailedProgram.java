package org.polykern.jail.start;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.polykern.jail.plugin.CallQuestions;

/**
 * A program that runs in a jail. It leads a session and a process group of its own. When it ends,
 * everything that it started is killed; when this process ends, the program is terminated.
 *
 * <p>A thread named {@code jail-PID} follows each program; it answers the helper's questions and
 * completes {@link #ended}.
 */
public final class JailedProgram {
  private static final int SIGKILL = 9;
  private static final long STACK_BYTES = 256 << 10;

  private final Start start;
  private final Helper helper;
  private final CompletableFuture<Ended> ended = new CompletableFuture<>();
  private long pid;
  private String failure = "";
  private String exit = "";
  private volatile boolean over;

  private JailedProgram(Start start, Helper helper) {
    this.start = start;
    this.helper = helper;
  }

  /**
   * Starts a program and waits until it runs, which takes about a millisecond; longer where its
   * policy asks about {@code execve} or one of the streams' files is slow to open.
   *
   * @throws NotStarted when it does not run; nothing of it is left
   */
  public static JailedProgram start(Start start) throws IOException {
    Helper helper = Helper.start(start);
    JailedProgram program = new JailedProgram(start, helper);
    boolean runs = false;
    try {
      program.awaitStart();
      Thread.ofPlatform()
          .name("jail-" + program.pid)
          .daemon()
          .stackSize(STACK_BYTES)
          .start(program::follow);
      runs = true;
      return program;
    } finally {
      if (!runs && !program.over) {
        Helper.signal(helper.pid(), SIGKILL);
        helper.end();
      }
    }
  }

  /** The program's process, which is also its session and its process group. */
  public long pid() {
    return pid;
  }

  /** The helper's process. SIGTERM to it is SIGTERM to the program, and its end after a grace. */
  public long helper() {
    return helper.pid();
  }

  /**
   * Completes when the program and all that it started are gone and the helper is reaped; never
   * exceptionally. Dependent steps run on the thread that follows the program: make them short.
   */
  public CompletableFuture<Ended> ended() {
    return ended.copy();
  }

  /**
   * Sends a signal to the program's process group; 0 only asks whether that is possible. Processes
   * of it that made a group or a session of their own do not get it.
   *
   * @return whether some process got it; false once the program's end is known
   */
  public boolean signal(int number) {
    return !over && Helper.signal(-pid, number);
  }

  private void awaitStart() throws NotStarted {
    while (pid == 0) {
      String line = next();
      if (line == null) {
        over = true;
        int status = helper.end();
        throw new NotStarted(
            status >= NotStarted.NO_JAIL && status <= NotStarted.NOT_FOUND
                ? status
                : NotStarted.NO_JAIL,
            failure.isEmpty()
                ? "'%s' was not started: the helper %s ended with status %d."
                    .formatted(start.argv().getFirst(), start.helper(), status)
                : failure);
      }
    }
  }

  private void follow() {
    while (next() != null) {
      // Each line was used on its way.
    }
    over = true;
    ended.complete(Ended.of(helper.end(), exit));
  }

  private @Nullable String next() {
    String line = helper.line();
    if (line == null) {
      return null;
    }
    if (HelperLine.is(line, "ask")) {
      CallQuestions questions = start.questions();
      Optional<String> answer = questions == null ? Optional.empty() : questions.answer(line);
      answer.ifPresent(helper::answer);
    } else if (HelperLine.is(line, "started")) {
      pid = HelperLine.number(line, "pid");
    } else if (HelperLine.is(line, "failed")) {
      failure = HelperLine.text(line, "sentence");
    } else if (HelperLine.is(line, "exit")) {
      exit = line;
      over = true;
    }
    tell(line);
    return line;
  }

  private void tell(String line) {
    try {
      start.events().accept(line);
    } catch (RuntimeException e) {
      // A listener's mistake may not end the listening, or the program's end would be lost.
      Thread current = Thread.currentThread();
      current.getUncaughtExceptionHandler().uncaughtException(current, e);
    }
  }
}
