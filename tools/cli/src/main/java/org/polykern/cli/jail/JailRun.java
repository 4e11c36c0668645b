package org.polykern.cli.jail;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.polykern.cli.run.CaughtSignal;
import org.polykern.cli.run.Terminal;
import org.polykern.jail.plugin.CallJudge;
import org.polykern.jail.plugin.CallQuestions;
import org.polykern.jail.rule.LaunchText;
import org.polykern.jail.rule.Policy;
import org.polykern.jail.rule.RuleCompiler.Purpose;
import org.polykern.jail.start.JailedProgram;
import org.polykern.jail.start.NotStarted;
import org.polykern.jail.start.Start;

/**
 * One program in its jail, from the policy to the exit code.
 *
 * @param policy what it may do
 * @param purpose refuse, refuse and tell, or only tell
 * @param user as whom it runs; empty for the same user as this process
 * @param judge who answers what the policy asks; null where nobody does
 * @param events gets every line that the helper tells
 */
record JailRun(
    Terminal terminal,
    Policy policy,
    Purpose purpose,
    Optional<ProgramUser> user,
    @Nullable CallJudge judge,
    Consumer<String> events) {
  /** Names the executable {@code pk-jail}. */
  private static final String HELPER_PROPERTY = "polykern.jail.helper";

  /** What LC_ALL was before the launcher set it for this JVM; empty when it was not there. */
  private static final String LOCALE_PROPERTY = "polykern.jail.lc_all";

  private static final int SIGHUP = 1;
  private static final int SIGINT = 2;

  /** Runs it to its end; what a shell would end with. */
  int run(List<String> command) {
    String helper = System.getProperty(HELPER_PROPERTY);
    if (helper == null) {
      throw noJail(
          "Expected the system property "
              + HELPER_PROPERTY
              + " to name the executable pk-jail, but it is not set: use ./polykern jail.");
    }
    Identity self = Identity.current();
    user.flatMap(who -> who.doubt(terminal.workingDirectory()))
        .ifPresent(doubt -> terminal.err().println("note: " + doubt));
    String launch = launch(self);
    AtomicBoolean told = new AtomicBoolean();
    try (Streams streams = Streams.open(user.map(ProgramUser::uid));
        Signals signals = new Signals(self, streams)) {
      Start start =
          new Start(
              Path.of(helper),
              launch + (streams.owned() ? "terminal\n" : ""),
              command,
              environment(),
              streams.stdin(),
              streams.stdout(),
              streams.stderr(),
              judge == null ? null : new CallQuestions(judge),
              line -> {
                if (line.startsWith("{\"event\":\"failed\"")) {
                  told.set(true); // The helper says it on the program's stderr.
                }
                events.accept(line);
              });
      JailedProgram program = JailedProgram.start(start);
      signals.started(program);
      return program.ended().join().exitCode();
    } catch (NotStarted e) {
      throw new CommandProblem(e.exitCode(), told.get() ? "" : String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw noJail(String.valueOf(e.getMessage()));
    }
  }

  private String launch(Identity self) {
    byte[] filter;
    try {
      filter = Filter.of(policy, self.containment(), purpose);
    } catch (IllegalArgumentException | UnsatisfiedLinkError e) {
      throw noJail(String.valueOf(e.getMessage()));
    }
    String who =
        user.map(named -> "user %d %d\n".formatted(named.uid(), named.gid()))
            .orElse("mode m1\nprotect " + self.pid() + "\n");
    return "pk-jail 1\n"
        + who
        + "umask %o\n".formatted(self.umask())
        // Killed without a chance to pass that on, this process takes the program along.
        + "caller %d\n".formatted(self.pid())
        + LaunchText.of(policy, filter, purpose == Purpose.WATCH);
  }

  private Map<String, String> environment() {
    Map<String, String> inherited = new LinkedHashMap<>(terminal.environment());
    @Nullable String locale = System.getProperty(LOCALE_PROPERTY);
    if (locale != null && locale.isEmpty()) {
      inherited.remove("LC_ALL");
    } else if (locale != null) {
      inherited.put("LC_ALL", locale);
    }
    user.ifPresent(named -> inherited.putAll(named.variables()));
    // Our own variables are the user's, also this one, which elsewhere is the runner's.
    return policy.environment().apply(inherited, Set.of("JAVA_TOOL_OPTIONS"));
  }

  private static CommandProblem noJail(String sentence) {
    return new CommandProblem(ExitCodes.NO_JAIL, sentence);
  }

  /** Passes on the signals that reach only this process, those before the start after it. */
  private static final class Signals implements AutoCloseable {
    private final CompletableFuture<JailedProgram> program = new CompletableFuture<>();
    private final List<CaughtSignal> caught;

    Signals(Identity self, Streams streams) {
      // Ctrl-C at a terminal that the program does not own reaches the helper by itself, which
      // passes it on: it is in the same process group.
      boolean twice = self.hasTerminal() && !streams.owned();
      caught =
          List.of(
              CaughtSignal.on(
                  "INT",
                  () -> {
                    if (!twice) {
                      forward(SIGINT);
                    }
                  }),
              CaughtSignal.on("HUP", () -> forward(SIGHUP)),
              CaughtSignal.on("TERM", this::end),
              CaughtSignal.on("WINCH", streams::resize));
    }

    void started(JailedProgram running) {
      program.complete(running);
    }

    private void forward(int signal) {
      var _ = program.thenAccept(running -> running.signal(signal));
    }

    /** By way of the helper, which kills after a grace period. */
    private void end() {
      var _ =
          program.thenAccept(
              running -> ProcessHandle.of(running.helper()).ifPresent(ProcessHandle::destroy));
    }

    @Override
    public void close() {
      caught.forEach(CaughtSignal::close);
    }
  }
}
