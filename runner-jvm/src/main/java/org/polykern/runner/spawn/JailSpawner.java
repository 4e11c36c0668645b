package org.polykern.runner.spawn;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.polykern.jail.nativelib.JailNative;
import org.polykern.jail.plugin.CallJudge;
import org.polykern.jail.plugin.CallQuestions;
import org.polykern.jail.start.JailedProgram;
import org.polykern.jail.start.Start;
import org.polykern.runner.home.KernelHome;
import org.polykern.runner.loop.EventLoop;

/**
 * Starts every program under a helper of the jail, which contains it, traces all that it starts,
 * and leaves nothing of it behind. The helper ends with the thread that called {@link #spawn}.
 */
public final class JailSpawner implements Spawner {
  private static final String LIBRARY = "libpkjail.so";

  private final Path helper = KernelHome.file("pk-jail");
  private final JailJudges judges;
  private final Refusals refusals;
  private final EventLoop loop;
  private final JailSettings.@Nullable User user;
  private final String launch;

  /**
   * A spawner that has started nothing yet.
   *
   * @param refusals takes what the jail refuses, on the loop thread
   * @throws IOException if the kernel home lacks the jail
   */
  public JailSpawner(JailSettings settings, JailJudges judges, Refusals refusals, EventLoop loop)
      throws IOException {
    this.judges = judges;
    this.refusals = refusals;
    this.loop = loop;
    this.user = settings.user();
    this.launch = lines(user, settings.launch());
    for (Path file : new Path[] {helper, KernelHome.file(LIBRARY)}) {
      if (!Files.isRegularFile(file)) {
        throw new IOException(
            "expected the jail's file "
                + file
                + ", but there is none: is this a whole kernel home?");
      }
    }
    nameLibrary();
  }

  /** Says where the library of natives is. */
  static void nameLibrary() {
    System.setProperty(JailNative.LIBRARY_PROPERTY, KernelHome.file(LIBRARY).toString());
  }

  /**
   * In mode m2: from now on the calling thread, and all that it creates, open files as the
   * session's user, so that a link of that user's leads nowhere where the user could not go alone.
   *
   * @throws IOException if this process may not do that
   */
  public void openFilesAsUser() throws IOException {
    if (user != null) {
      JailNative.actForFilesAs(user.uid());
    }
  }

  @Override
  public boolean endsWithRunner() {
    return true;
  }

  @Override
  public Child spawn(Program program) throws IOException {
    program.requireFile();
    CallJudge judge = judges.judge();
    Refusals.OfProgram refused = refusals.new OfProgram();
    Consumer<String> events =
        event -> {
          if (Refusals.tells(event)) {
            loop.post(() -> refused.event(event));
          }
        };
    ProgramPipes pipes = ProgramPipes.open(program);
    String terminal = program.terminal();
    try {
      Start start =
          new Start(
              helper,
              launch
                  + escaped(program.directory().toString())
                  + (terminal == null ? "\n" : "\nterminal\n"),
              program.argv(),
              program.environment(),
              terminal == null ? pipes.inName() : terminal,
              terminal == null ? pipes.outName() : terminal,
              terminal == null ? pipes.errName() : terminal,
              judge == null ? null : new CallQuestions(judge),
              events);
      return child(JailedProgram.start(start), pipes, judge);
    } catch (IOException | IllegalArgumentException e) {
      pipes.close();
      if (judge != null) {
        judge.close();
      }
      // Nothing that can be in an environment may keep the loop from telling the run's end.
      throw e instanceof IOException failure ? failure : new IOException(e.getMessage(), e);
    }
  }

  private static Child child(JailedProgram started, ProgramPipes pipes, @Nullable CallJudge judge)
      throws IOException {
    CompletableFuture<Integer> exit =
        started
            .ended()
            .thenApply(end -> {
              if (judge != null) {
                judge.close();
              }
              return end.exitCode();
            });
    return new JailedChild(started.pid(), pipes.keepOurs(), exit);
  }

  /** All but the last one's value. By methods: a new kind of + costs every start milliseconds. */
  private static String lines(JailSettings.@Nullable User user, String decided) {
    String runner = Long.toString(ProcessHandle.current().pid());
    String mode =
        user == null
            ? String.join(" ", "mode m1\nprotect 1\nprotect", runner)
            : String.join(" ", "user", Integer.toString(user.uid()), Integer.toString(user.gid()));
    // Drivers and the preloaded library are read by the program, whatever else its policy lets it
    // read.
    String home = "path r ".concat(escaped(KernelHome.folder().toString()));
    return String.join(
        "\n", "pk-jail 1", mode, "caller ".concat(runner), home, decided.concat("cwd "));
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("\n", "\\n");
  }
}
