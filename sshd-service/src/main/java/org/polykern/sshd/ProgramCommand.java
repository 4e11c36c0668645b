package org.polykern.sshd;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.sshd.common.channel.PtyMode;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.Signal;
import org.apache.sshd.server.SignalListener;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.jspecify.annotations.Nullable;

/**
 * The session's shell for one channel, interactive or with a command line: at a terminal where the
 * client asked for one, else at pipes. As elsewhere, a command at pipes is over when its last
 * writer has closed them, one at a terminal when its first process has ended.
 */
final class ProgramCommand implements Command {
  private static final int PIECE = 32_768;
  private static final int STACK_BYTES = 256 << 10;
  private static final int NOT_STARTED = 126;

  private final SessionPlace place;
  private final @Nullable String line;
  private @Nullable InputStream in;
  private @Nullable OutputStream out;
  private @Nullable OutputStream err;
  private @Nullable ExitCallback exit;
  private volatile @Nullable NativeProgram program;

  /**
   * @param line what the shell shall execute, null = what is typed
   */
  ProgramCommand(SessionPlace place, @Nullable String line) {
    this.place = place;
    this.line = line;
  }

  @Override
  public void setInputStream(InputStream in) {
    this.in = in;
  }

  @Override
  public void setOutputStream(OutputStream out) {
    this.out = out;
  }

  @Override
  public void setErrorStream(OutputStream err) {
    this.err = err;
  }

  @Override
  public void setExitCallback(ExitCallback callback) {
    this.exit = callback;
  }

  @Override
  public void start(ChannelSession channel, Environment asked) throws IOException {
    NativeProgram started;
    try {
      started = launch(channel, asked);
    } catch (IOException e) {
      fail(e);
      return;
    }
    program = started;
    asked.addSignalListener(listener(started, asked));
    var toProgram = thread("input", () -> feed(started));
    var output = thread("output", () -> drain(started.output(), Objects.requireNonNull(out)));
    var errors = thread("errors", () -> drain(started.errors(), Objects.requireNonNull(err)));
    toProgram.start();
    output.start();
    errors.start();
    thread("end", () -> finish(started, List.of(output, errors))).start();
  }

  private NativeProgram launch(ChannelSession channel, Environment asked) throws IOException {
    Path shell = place.shell();
    String name = String.valueOf(shell.getFileName());
    List<String> arguments = line == null ? List.of(name) : List.of(name, "-c", line);
    boolean terminal = asked.getEnv().containsKey(Environment.ENV_TERM);
    Map<String, String> environment =
        place.environment(asked.getEnv(), channel.getSession().getIoSession());
    return terminal
        ? NativeProgram.atTerminal(
            shell, arguments, environment, place.home(), size(asked), modes(asked))
        : NativeProgram.atPipes(shell, arguments, environment, place.home());
  }

  private void fail(IOException e) throws IOException {
    var sentence = e.getMessage() + "\n";
    try (var stream = Objects.requireNonNull(err)) {
      stream.write(sentence.getBytes(StandardCharsets.UTF_8));
    }
    Objects.requireNonNull(exit).onExit(NOT_STARTED);
  }

  private static SignalListener listener(NativeProgram program, Environment asked) {
    return (channel, signal) -> {
      if (signal == Signal.WINCH) {
        program.resize(size(asked));
      } else {
        program.signal(signal.getNumeric());
      }
    };
  }

  private static NativeProgram.Size size(Environment asked) {
    return new NativeProgram.Size(
        number(asked, Environment.ENV_LINES, 24), number(asked, Environment.ENV_COLUMNS, 80), 0, 0);
  }

  private static int number(Environment asked, String name, int otherwise) {
    // A client without a window says 0.
    int given = Integer.parseInt(asked.getEnv().getOrDefault(name, "0"));
    return given <= 0 || given > 0xffff ? otherwise : given;
  }

  private static int[] modes(Environment asked) {
    Map<PtyMode, Integer> modes = asked.getPtyModes();
    var pairs = new int[2 * modes.size()];
    int at = 0;
    for (var entry : modes.entrySet()) {
      pairs[at++] = entry.getKey().toInt();
      pairs[at++] = entry.getValue();
    }
    return pairs;
  }

  private void feed(NativeProgram program) {
    var bytes = new byte[PIECE];
    try (var pipe = program.input()) {
      var from = Objects.requireNonNull(in);
      for (int got = from.read(bytes); got >= 0; got = from.read(bytes)) {
        if (!pipe.write(bytes, got)) {
          return;
        }
      }
    } catch (IOException e) {
      // The channel was closed: there is no more input.
    }
  }

  private static void drain(NativeProgram.Pipe pipe, OutputStream to) {
    var bytes = new byte[PIECE];
    try (pipe) {
      for (int got = pipe.read(bytes); got >= 0; got = pipe.read(bytes)) {
        to.write(bytes, 0, got);
        to.flush();
      }
    } catch (IOException e) {
      // The channel was closed: the program learns it by SIGPIPE, or by the terminal's hang-up.
    }
  }

  private void finish(NativeProgram program, List<Thread> readers) {
    int status = program.await();
    if (program.terminal() != null) {
      program.stopWaiting();
    }
    for (var reader : readers) {
      try {
        reader.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    Objects.requireNonNull(exit).onExit(status);
  }

  @Override
  public void destroy(ChannelSession channel) {
    var running = program;
    if (running != null) {
      running.signal(Signal.HUP.getNumeric());
      running.signal(Signal.CONT.getNumeric());
      running.stopWaiting();
    }
  }

  private static Thread thread(String name, Runnable task) {
    return Thread.ofPlatform()
        .daemon()
        .name("program-" + name)
        .stackSize(STACK_BYTES)
        .unstarted(task);
  }
}
