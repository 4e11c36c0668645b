package org.polykern.runner.language;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.polykern.runner.link.MessageType;
import org.polykern.runner.loop.EventLoop;
import org.polykern.runner.spawn.Child;
import org.polykern.runner.spawn.Signal;
import org.polykern.runner.spawn.Spawner;
import org.polykern.runner.text.TextPieces;
import org.polykern.runner.text.Utf8Repair;

/** One shell and what it starts, in a process group of its own. Confined to the loop thread. */
final class ShellProcess {
  /** What a pipe can hold; more cannot have been written before the end. */
  private static final int PIPE_BYTES = 1024 * 1024;

  private static final int READ_BYTES = 32 * 1024;
  private static final Path SETSID = Path.of("/usr/bin/setsid");

  private final Consumer<String> log;
  private final Language.Listener listener;
  private final Consumer<Integer> ended;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(READ_BYTES);
  private final Stream stdout;
  private final Stream stderr;
  private final Child child;
  private boolean gone;

  private final class Stream {
    private final MessageType type;
    private final Pipe.SourceChannel pipe;
    private final SelectionKey key;
    private final Utf8Repair repair = new Utf8Repair();

    Stream(MessageType type, Pipe.SourceChannel pipe, EventLoop loop) throws IOException {
      this.type = type;
      this.pipe = pipe;
      this.key = loop.watch(pipe, SelectionKey.OP_READ, () -> read(READ_BYTES));
    }

    void read(int limit) {
      try {
        int total = 0;
        while (pipe.isOpen() && total < limit) {
          int n = pipe.read(buffer.clear());
          if (n < 0) {
            pipe.close();
          }
          if (n <= 0) {
            return;
          }
          total += n;
          say(repair.feed(buffer.flip()));
        }
      } catch (IOException e) {
        log.accept("A pipe of a batch step failed: " + e.getMessage());
      }
    }

    void reading(boolean on) {
      if (key.isValid()) {
        key.interestOps(on ? SelectionKey.OP_READ : 0);
      }
    }

    void finish() throws IOException {
      read(PIPE_BYTES);
      pipe.close();
      say(repair.end());
    }

    private void say(ByteBuffer text) {
      TextPieces.each(text, piece -> listener.output(type, piece));
    }
  }

  /**
   * Starts it.
   *
   * @param ended takes the exit status, on the loop thread, when all output was handed over
   * @throws IOException if it cannot be started
   */
  ShellProcess(
      Spawner spawner,
      String script,
      Map<String, String> environment,
      Path directory,
      EventLoop loop,
      Consumer<String> log,
      Language.Listener listener,
      Consumer<Integer> ended)
      throws IOException {
    this.log = log;
    this.listener = listener;
    this.ended = ended;
    List<String> argv = new ArrayList<>();
    if (Files.isExecutable(SETSID)) {
      argv.add(SETSID.toString());
    }
    argv.addAll(List.of("/bin/sh", "-c", script));
    this.child = spawner.spawn(new Spawner.Program(argv, environment, directory, true));
    Pipe.SourceChannel out = child.stdout();
    Pipe.SourceChannel err = child.stderr();
    if (out == null || err == null) {
      throw new IllegalStateException("Expected captured output, but the child has none.");
    }
    this.stdout = new Stream(MessageType.STDOUT, out, loop);
    this.stderr = new Stream(MessageType.STDERR, err, loop);
    child.exit().thenAccept(status -> loop.post(() -> exited(status)));
  }

  void signal(Signal signal) {
    if (!gone) {
      child.signal(signal);
    }
  }

  void reading(boolean on) {
    if (!gone) {
      stdout.reading(on);
      stderr.reading(on);
    }
  }

  private void exited(int status) {
    gone = true;
    try {
      stdout.finish();
      stderr.finish();
    } catch (IOException e) {
      log.accept("Could not close a pipe: " + e.getMessage());
    }
    ended.accept(status);
  }
}
