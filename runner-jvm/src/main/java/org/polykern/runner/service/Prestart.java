package org.polykern.runner.service;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.polykern.runner.loop.EventLoop;
import org.polykern.runner.process.UserProcess;
import org.polykern.runner.spawn.Signal;
import org.polykern.runner.spawn.Spawner;

/** The prestart actions of one launch, one after the other. Confined to the loop thread. */
final class Prestart {
  /** File, permissions, lines. The permissions of a file that is continued stay. */
  private static final String WRITE_FILE =
      "umask 077; f=$1 m=$2; shift 2; { [ $# = 0 ] || printf '%s\\n' \"$@\"; } >\"$f\""
          + " && chmod \"$m\" \"$f\"";

  private static final String APPEND_FILE =
      "umask 077; f=$1 m=$2; shift 2; new=; [ -e \"$f\" ] || new=yes;"
          + " { [ $# = 0 ] || printf '%s\\n' \"$@\"; } >>\"$f\""
          + " && { [ -z \"$new\" ] || chmod \"$m\" \"$f\"; }";

  /** The same for a file that nobody may have made before. */
  private static final String WRITE_TEMPFILE =
      "set -C; umask 077; f=$1 m=$2; shift 2; { [ $# = 0 ] || printf '%s' \"$@\"; } >\"$f\""
          + " && chmod \"$m\" \"$f\"";

  private static final String MKDIR = "exec mkdir -p -- \"$1\"";

  private final ServiceSurroundings given;
  private final Launches launches;
  private final Launch launch;
  private final Map<String, Object> refs;
  private final ServiceLog log;
  private final Consumer<@Nullable String> done;
  private int next;
  private @Nullable Step running;
  private boolean over;

  /**
   * Actions that have not begun.
   *
   * @param refs results so far; what is named is added
   * @param log of the service
   * @param done called once, with the sentence of a failure, or null; not after {@link #cancel}
   */
  Prestart(
      ServiceSurroundings given,
      Launches launches,
      Launch launch,
      Map<String, Object> refs,
      ServiceLog log,
      Consumer<@Nullable String> done) {
    this.given = given;
    this.launches = launches;
    this.launch = launch;
    this.refs = refs;
    this.log = log;
    this.done = done;
  }

  /** Goes on with the next action, or is done. */
  void proceed() {
    running = null;
    try {
      while (running == null && next < launch.prestart().size()) {
        begin(launch.prestart().get(next++));
      }
    } catch (ServiceException e) {
      end(e.sentence());
      return;
    } catch (IOException e) {
      end(
          "Expected to start a prestart action of the service "
              + name()
              + ", but it failed: "
              + e.getMessage());
      return;
    }
    if (running == null) {
      end(null);
    }
  }

  /** Ends what is running; nothing is told any more. */
  void cancel() {
    over = true;
    if (running != null) {
      running.kill();
    }
  }

  private void end(@Nullable String failure) {
    if (!over) {
      over = true;
      done.accept(failure);
    }
  }

  private String name() {
    return launch.request().name();
  }

  private void begin(PrestartAction action) throws ServiceException, IOException {
    Template template = launches.template(launch.request(), refs);
    switch (action) {
      case PrestartAction.Log message -> {
        if (!message.debug()) {
          log.line(template.fill(message.message()));
        }
      }
      case PrestartAction.Mkdir mkdir -> {
        String path = template.fill(mkdir.path());
        run("make the directory " + path, shell(MKDIR, List.of(path)), null, null);
      }
      case PrestartAction.WriteFile file -> {
        String path = template.fill(file.filename());
        List<String> parameters = new ArrayList<>(List.of(path, file.mode()));
        parameters.addAll(template.fill(file.body()));
        String script = file.append() ? APPEND_FILE : WRITE_FILE;
        run("write " + path, shell(script, parameters), null, null);
      }
      case PrestartAction.WriteTempfile file -> {
        String folder = given.environment().getOrDefault("TMPDIR", "/tmp");
        String path = folder + "/pk-" + UUID.randomUUID() + ".py";
        List<String> parameters = new ArrayList<>(List.of(path, file.mode()));
        parameters.addAll(template.fill(file.body()));
        run("write " + path, shell(WRITE_TEMPFILE, parameters), file.ref(), path);
      }
      case PrestartAction.RunCommand command -> {
        List<String> argv = template.fill(command.command());
        run("run " + String.join(" ", argv), launches.program(argv, given.environment()), command);
      }
    }
  }

  private Spawner.Program shell(String script, List<String> parameters) {
    List<String> argv = new ArrayList<>(List.of("/bin/sh", "-c", script, "prestart"));
    argv.addAll(parameters);
    return new Spawner.Program(argv, given.environment(), given.program().directory(), true)
        .inOwnSession();
  }

  /** Starts a program of ours, which has to succeed. */
  private void run(
      String purpose, Spawner.Program program, @Nullable String ref, @Nullable Object result)
      throws IOException {
    Step step = new Step(purpose, false);
    step.whenEnded =
        status -> {
          if (status != 0) {
            end(
                "Expected to "
                    + purpose
                    + " for the service "
                    + name()
                    + ", but it failed: "
                    + step.complaint(status));
            return;
          }
          if (ref != null && result != null) {
            refs.put(ref, result);
          }
          proceed();
        };
    step.start(program);
  }

  /** Starts a program of the image's, whatever comes of it. */
  private void run(String purpose, Spawner.Program program, PrestartAction.RunCommand command)
      throws IOException {
    Step step = new Step(purpose, command.echo());
    String ref = command.ref();
    step.whenEnded =
        status -> {
          if (ref != null) {
            refs.put(ref, Map.of("out", step.out.text(), "err", step.err.text()));
          }
          proceed();
        };
    step.start(program);
  }

  /** The program of one action. */
  private final class Step implements UserProcess.Listener {
    private final String purpose;
    private final boolean echo;
    private final ServiceLog out = new ServiceLog();
    private final ServiceLog err = new ServiceLog();
    private Consumer<Integer> whenEnded = status -> {};
    private @Nullable UserProcess process;
    private EventLoop.@Nullable Timer limit;

    Step(String purpose, boolean echo) {
      this.purpose = purpose;
      this.echo = echo;
    }

    void start(Spawner.Program program) throws IOException {
      process = UserProcess.start(given.spawner(), program, given.loop(), given.log(), this);
      running = this;
      limit = given.loop().after(given.limits().action(), this::tooLong);
    }

    void kill() {
      if (process != null) {
        process.signal(Signal.KILL);
      }
    }

    String complaint(int status) {
      String said = err.text().strip();
      String line = said.substring(said.lastIndexOf('\n') + 1);
      return line.isEmpty() ? "status " + status + "." : line;
    }

    private void tooLong() {
      kill();
      end(
          "Expected to "
              + purpose
              + " for the service "
              + name()
              + " within "
              + ServiceSurroundings.Limits.seconds(given.limits().action())
              + " s, but it took longer.");
    }

    @Override
    public void output(boolean isStderr, ByteBuffer text) {
      if (echo) {
        log.add(text.duplicate());
      }
      (isStderr ? err : out).add(text.duplicate());
    }

    @Override
    public void waitingInput(boolean password) {
      // Its input is the null device.
    }

    @Override
    public void ended(int status) {
      if (limit != null) {
        limit.cancel();
      }
      if (!over) {
        whenEnded.accept(status);
      }
    }
  }
}
