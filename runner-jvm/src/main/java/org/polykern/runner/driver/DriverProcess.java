package org.polykern.runner.driver;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.FileChannel;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.polykern.runner.input.StdinBridge;
import org.polykern.runner.language.PrivateDirectory;
import org.polykern.runner.loop.EventLoop;
import org.polykern.runner.loop.SmallPieces;
import org.polykern.runner.spawn.Child;
import org.polykern.runner.spawn.Fifo;
import org.polykern.runner.spawn.InputPipe;
import org.polykern.runner.spawn.Signal;
import org.polykern.runner.spawn.Spawner;

/**
 * One driver process, its private directory, and the lines to it: commands by a named pipe, answers
 * and output by the pipes of its descriptors 1 and 2. Loop thread only.
 */
final class DriverProcess {
  /** What a pipe can hold; more cannot have been written before a run ended. */
  private static final int PIPE_BYTES = 1024 * 1024;

  /** How much of a pipe is taken at once, so that the window is looked at in between. */
  private static final int TURN_BYTES = 64 * 1024;

  private static final int MAX_FRAME_BYTES = RichData.MAX_BYTES + 256;
  private static final int TOKEN_BYTES = 8;

  /** What the driver tells; called on the loop thread. */
  interface Events {
    /** Bytes of the user's output. */
    void text(boolean stderr, ByteBuffer bytes);

    void frame(char type, ByteBuffer body);

    /** A process is blocked in reading descriptor 0. */
    void waitingInput(boolean password);

    /** A frame was skipped. */
    void tooLarge(char type, long length);

    /** The process is gone and everything it wrote was handed over. Called once. */
    void ended(int status);
  }

  private final ScriptedDeclaration declaration;
  private final Events events;
  private final Consumer<String> log;
  private final PrivateDirectory directory;
  private final MarkedReader output;
  private final SmallPieces pieces = new SmallPieces();
  private final ByteBuffer errorBuffer = ByteBuffer.allocateDirect(TURN_BYTES);
  private final Child child;
  private final StdinBridge stdin;
  private final Pipe.SourceChannel stdout;
  private final Pipe.SourceChannel stderr;
  private final List<SelectionKey> pipes = new ArrayList<>();
  private FileChannel commands;
  private int files;
  private boolean reading = true;
  private boolean ended;

  /**
   * Starts the process.
   *
   * @throws IOException if it cannot be started
   */
  DriverProcess(
      Spawner spawner,
      ScriptedDeclaration declaration,
      EventLoop loop,
      Consumer<String> log,
      Events events)
      throws IOException {
    this.declaration = declaration;
    this.events = events;
    this.log = log;
    String token = newToken();
    this.output = new MarkedReader(token, MAX_FRAME_BYTES, taker());
    this.directory = PrivateDirectory.create(log);
    FileChannel opened = null;
    try {
      Path fifo = directory.file("commands");
      Fifo.make(fifo);
      // Reading too, so that the opening waits for nobody.
      opened = FileChannel.open(fifo, StandardOpenOption.READ, StandardOpenOption.WRITE);
      this.child = spawner.spawn(declaration.program(directory.path(), token));
    } catch (IOException | RuntimeException e) {
      if (opened != null) {
        close(opened);
      }
      directory.removeAll();
      throw e;
    }
    this.commands = opened;
    this.stdin = bridge(loop, child, events);
    this.stdout = captured(child.stdout());
    this.stderr = captured(child.stderr());
    child.exit().thenAccept(status -> loop.post(() -> exited(status)));
    pipes.add(loop.watch(stdout, SelectionKey.OP_READ, this::readTurn));
    pipes.add(loop.watch(stderr, SelectionKey.OP_READ, this::readTurn));
  }

  PrivateDirectory directory() {
    return directory;
  }

  /** The driver has opened its end: from now on it sees the end of ours. */
  void ready() {
    try {
      FileChannel writing = FileChannel.open(directory.file("commands"), StandardOpenOption.WRITE);
      close(commands);
      commands = writing;
    } catch (IOException e) {
      log.accept("The commands' pipe could not be opened for writing only: " + e.getMessage());
    }
  }

  /** Writes a text into a new file of the private directory. */
  Path write(byte[] text) throws IOException {
    Path file = directory.file(++files + declaration.suffix());
    Files.write(file, text, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    return file;
  }

  /** Executes a snippet, which is a file of {@link #write}. */
  void run(Path snippet) throws IOException {
    command("run " + snippet);
  }

  /** Asks what could stand at the end of the text in a file of {@link #write}. */
  void complete(int number, Path text) throws IOException {
    command("complete " + number + " " + text);
  }

  private void command(String line) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
    // Never waits: lines are short and few, and less than a page is written as a whole.
    while (bytes.hasRemaining()) {
      commands.write(bytes);
    }
  }

  /** The standard input of the process and of what it starts. */
  StdinBridge stdin() {
    return stdin;
  }

  /** Signals the process and everything in its group. */
  void signal(Signal signal) {
    if (!ended) {
      child.signal(signal);
    }
  }

  /** Reads on, or leaves what the program writes where it is, so that it waits. */
  void reading(boolean on) {
    if (ended || on == reading) {
      return;
    }
    reading = on;
    for (SelectionKey key : pipes) {
      if (key.isValid()) {
        key.interestOps(on ? SelectionKey.OP_READ : 0);
      }
    }
  }

  /** Hands over what is in both pipes now. */
  void drain() {
    readOutput(PIPE_BYTES);
    drainErrors();
  }

  /** Hands over what is in the pipe of standard error now. */
  void drainErrors() {
    readErrors(PIPE_BYTES);
  }

  private void readTurn() {
    int limit = pieces.beforeRead() ? 1 : TURN_BYTES;
    pieces.afterRead(readOutput(limit));
    readErrors(TURN_BYTES);
  }

  private int readOutput(int limit) {
    int total = 0;
    try {
      while (stdout.isOpen() && total < limit) {
        int n = output.read(stdout);
        if (n < 0) {
          stdout.close();
          if (!ended) {
            log.accept("The interpreter closed its standard output and is ended.");
            signal(Signal.KILL);
          }
        }
        if (n <= 0) {
          return total;
        }
        total += n;
      }
    } catch (IOException e) {
      log.accept("The pipe of standard output failed: " + e.getMessage());
      close(stdout);
      signal(Signal.KILL);
    }
    return total;
  }

  private void readErrors(int limit) {
    try {
      int total = 0;
      while (stderr.isOpen() && total < limit) {
        int n = stderr.read(errorBuffer.clear());
        if (n < 0) {
          stderr.close();
        }
        if (n <= 0) {
          return;
        }
        total += n;
        print(true, errorBuffer.flip());
      }
    } catch (IOException e) {
      log.accept("The pipe of standard error failed: " + e.getMessage());
      close(stderr);
    }
  }

  private void exited(int status) {
    // What it left behind in its group must not outlive it: nobody could ever end it.
    child.signal(Signal.KILL);
    // What is left is bounded by the sizes of the pipes, so it need not wait for room.
    drain();
    output.end();
    ended = true;
    close(stdout);
    close(stderr);
    close(commands);
    stdin.close();
    directory.removeAll();
    events.ended(status);
  }

  private MarkedReader.Taker taker() {
    return new MarkedReader.Taker() {
      @Override
      public void text(ByteBuffer bytes) {
        print(false, bytes);
      }

      @Override
      public void errorText(ByteBuffer bytes) {
        print(true, bytes);
      }

      @Override
      public void frame(char type, ByteBuffer body) {
        events.frame(type, body);
      }

      @Override
      public void tooLarge(char type, long length) {
        events.tooLarge(type, length);
      }
    };
  }

  private void print(boolean isStderr, ByteBuffer bytes) {
    stdin.output(isStderr, bytes.duplicate());
    events.text(isStderr, bytes);
  }

  private static StdinBridge bridge(EventLoop loop, Child child, Events events) throws IOException {
    InputPipe pipe = child.stdin();
    if (pipe == null) {
      throw new IllegalStateException("Expected a pipe to descriptor 0, but the child has none.");
    }
    return new StdinBridge(loop, child.pid(), pipe, events::waitingInput);
  }

  private static String newToken() {
    byte[] bytes = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static Pipe.SourceChannel captured(Pipe.@Nullable SourceChannel pipe) {
    if (pipe == null) {
      throw new IllegalStateException("Expected captured output, but the child has none.");
    }
    return pipe;
  }

  private void close(Channel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      log.accept("Could not close a channel: " + e.getMessage());
    }
  }
}
