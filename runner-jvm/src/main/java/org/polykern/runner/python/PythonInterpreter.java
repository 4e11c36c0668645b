package org.polykern.runner.python;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.polykern.runner.loop.EventLoop;
import org.polykern.runner.spawn.Child;
import org.polykern.runner.spawn.Signal;
import org.polykern.runner.spawn.Spawner;

/**
 * One interpreter process and the lines to it.
 *
 * <p>The process is started with a short program that connects back and reads the driver from the
 * socket, so nothing has to be installed. The first connection carries commands and events, the
 * second one completions, which must be answered while code is running. The listening socket lives
 * in a private directory and is gone as soon as both are connected.
 */
final class PythonInterpreter {
  private static final int MAX_FRAME_BYTES = 12 * 1024 * 1024;

  /** What a pipe can hold; more cannot have been written before a run ended. */
  private static final int PIPE_BYTES = 1024 * 1024;

  /** How much of a pipe is taken at once, so that the window is looked at in between. */
  private static final int RAW_BYTES = 32 * 1024;

  /** A body up to this size is sent together with its header. */
  private static final int SMALL_BYTES = 16 * 1024;

  private static final int SLICE_BYTES = 128 * 1024;

  private static final String BOOTSTRAP =
      """
      import sys
      p=sys.path[0:1]==['']
      if p: del sys.path[0]
      import os,_socket
      try: os.setsid()
      except OSError: pass
      s=_socket.socket(1,1);s.connect(sys.argv[1])
      def r(n):
       b=b''
       while len(b)<n:
        d=s.recv(n-len(b))
        if not d: os._exit(0)
        b+=d
       return b
      g={'__name__':'_polykern','control':s,'completions':_socket.socket(1,1),'safe_path':not p}
      c=r(int.from_bytes(r(4),'big'))
      g['completions'].connect(sys.argv[1])
      exec(compile(c,'<polykern>','exec'),g)
      g['main']()
      """;

  /** What the interpreter tells; called on the loop thread. */
  interface Events {
    void frame(char type, ByteBuffer body);

    void completion(ByteBuffer body);

    /** Bytes from descriptor 1 or 2. */
    void raw(boolean stderr, ByteBuffer bytes);

    /** The process is gone and everything it wrote was handed over. Called once. */
    void ended(int status);
  }

  private final EventLoop loop;
  private final Events events;
  private final Consumer<String> log;
  private final FrameReader frames;
  private final FrameReader completionFrames;
  private final ByteBuffer rawBuffer = ByteBuffer.allocateDirect(RAW_BYTES);
  private final ArrayDeque<ByteBuffer> unwritten = new ArrayDeque<>();
  private final List<SelectionKey> pipes = new ArrayList<>();
  private final byte[] driver;
  private final Path directory;
  private final ServerSocketChannel listener;
  private final Child child;
  private final Pipe.SourceChannel stdout;
  private final Pipe.SourceChannel stderr;
  private @Nullable SocketChannel control;
  private @Nullable SelectionKey controlKey;
  private @Nullable SocketChannel completions;
  private @Nullable Integer status;
  private boolean reading = true;
  private boolean readingRaw = true;
  private boolean closed;

  /**
   * Starts the process.
   *
   * @param program the interpreter's command line without the program to run
   * @throws IOException if it cannot be started
   */
  PythonInterpreter(
      Spawner spawner,
      Spawner.Program program,
      byte[] driver,
      EventLoop loop,
      Consumer<String> log,
      Events events)
      throws IOException {
    this.loop = loop;
    this.events = events;
    this.log = log;
    this.driver = driver;
    this.frames = new FrameReader(MAX_FRAME_BYTES, events::frame);
    this.completionFrames =
        new FrameReader(MAX_FRAME_BYTES, (type, body) -> events.completion(body));
    this.directory =
        Files.createTempDirectory(
            "pk-",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path socket = directory.resolve("s");
    this.listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      listener.bind(UnixDomainSocketAddress.of(socket));
      List<String> argv = new ArrayList<>(program.argv());
      argv.addAll(List.of("-c", BOOTSTRAP, socket.toString()));
      this.child =
          spawner.spawn(
              new Spawner.Program(argv, program.environment(), program.directory(), true));
    } catch (IOException e) {
      closeListener();
      throw e;
    }
    this.stdout = captured(child.stdout());
    this.stderr = captured(child.stderr());
    child.exit().thenAccept(exit -> loop.post(() -> exited(exit)));
    loop.watch(listener, SelectionKey.OP_ACCEPT, this::accept);
    pipes.add(loop.watch(stdout, SelectionKey.OP_READ, () -> readRaw(RAW_BYTES)));
    pipes.add(loop.watch(stderr, SelectionKey.OP_READ, () -> readRaw(RAW_BYTES)));
  }

  /** Sends a command frame; the body must not change afterwards. */
  void send(char type, byte[] body) {
    ByteBuffer header = ByteBuffer.allocate(5 + (body.length <= SMALL_BYTES ? body.length : 0));
    header.put((byte) type).putInt(body.length);
    if (body.length <= SMALL_BYTES) {
      unwritten.add(header.put(body).flip());
    } else {
      unwritten.add(header.flip());
      unwritten.add(ByteBuffer.wrap(body));
    }
    write();
  }

  /** Sends a frame to the completion thread; false when it cannot take one now. */
  boolean sendCompletion(int token, byte[] code) {
    if (completions == null) {
      return false;
    }
    ByteBuffer frame = ByteBuffer.allocate(9 + code.length);
    frame.put((byte) 'Q').putInt(4 + code.length).putInt(token).put(code).flip();
    try {
      completions.write(frame);
    } catch (IOException e) {
      return false;
    }
    if (frame.hasRemaining()) {
      // A thread that does not read has been starved by user code; half a frame is useless.
      close(completions);
      completions = null;
      return false;
    }
    return true;
  }

  /** Signals the process and everything in its group. */
  void signal(Signal signal) {
    if (status == null) {
      child.signal(signal);
    }
  }

  /**
   * Reads on, or leaves what the program writes where it is, so that it waits.
   *
   * @param events whether to read the control socket
   * @param raw whether to read the pipes
   */
  void reading(boolean events, boolean raw) {
    if (closed) {
      return;
    }
    if (raw != readingRaw) {
      readingRaw = raw;
      for (SelectionKey key : pipes) {
        if (key.isValid()) {
          key.interestOps(raw ? SelectionKey.OP_READ : 0);
        }
      }
    }
    if (events != reading) {
      reading = events;
      updateControlInterest();
    }
  }

  /** Hands over what is in the raw pipes now. */
  void drainRaw() {
    readRaw(PIPE_BYTES);
  }

  private void readRaw(int limit) {
    readRaw(stdout, false, limit);
    readRaw(stderr, true, limit);
  }

  private void readRaw(Pipe.SourceChannel pipe, boolean isStderr, int limit) {
    try {
      int total = 0;
      while (pipe.isOpen() && total < limit) {
        int n = pipe.read(rawBuffer.clear());
        if (n < 0) {
          pipe.close();
        }
        if (n <= 0) {
          return;
        }
        total += n;
        events.raw(isStderr, rawBuffer.flip());
      }
    } catch (IOException e) {
      log.accept("A pipe of the interpreter failed: " + e.getMessage());
      close(pipe);
    }
  }

  private void accept() {
    try {
      SocketChannel peer = listener.accept();
      if (peer == null) {
        return;
      }
      if (control == null) {
        control = peer;
        SelectionKey key = loop.watch(peer, SelectionKey.OP_READ, this::controlReady);
        controlKey = key;
        unwritten.addFirst(
            ByteBuffer.allocate(4 + driver.length).putInt(driver.length).put(driver).flip());
        write();
      } else {
        completions = peer;
        loop.watch(peer, SelectionKey.OP_READ, this::completionsReady);
        closeListener();
      }
    } catch (IOException e) {
      log.accept("The interpreter could not connect: " + e.getMessage());
      signal(Signal.KILL);
    }
  }

  private void controlReady() {
    SelectionKey key = controlKey;
    if (key == null) {
      return;
    }
    if (key.isWritable()) {
      write();
    }
    if (key.isReadable() && reading) {
      // Children write to the pipes before the interpreter tells that they have ended.
      readRaw(RAW_BYTES);
      if (readControl() < 0) {
        key.cancel();
        // Without this line it is of no use, whether it is already gone or has closed the line.
        signal(Signal.KILL);
      }
    }
  }

  private int readControl() {
    SocketChannel channel = control;
    if (channel == null) {
      return -1;
    }
    try {
      return frames.read(channel);
    } catch (IOException e) {
      log.accept("The interpreter's line broke: " + e.getMessage());
      return -1;
    }
  }

  private void completionsReady() {
    SocketChannel channel = completions;
    if (channel == null) {
      return;
    }
    try {
      if (completionFrames.read(channel) >= 0) {
        return;
      }
    } catch (IOException e) {
      log.accept("The completion line broke: " + e.getMessage());
    }
    close(channel);
    completions = null;
  }

  private void write() {
    SocketChannel channel = control;
    if (channel == null) {
      return;
    }
    try {
      ByteBuffer frame;
      while ((frame = unwritten.peek()) != null) {
        // In slices: the JDK copies what it is given outside the heap, however little is taken.
        ByteBuffer slice = frame.slice(frame.position(), Math.min(frame.remaining(), SLICE_BYTES));
        int written = channel.write(slice);
        frame.position(frame.position() + written);
        if (!frame.hasRemaining()) {
          unwritten.remove();
        } else if (written == 0) {
          break;
        }
      }
    } catch (IOException e) {
      // The process is ending; its end is told by its exit.
      unwritten.clear();
    }
    updateControlInterest();
  }

  private void updateControlInterest() {
    if (controlKey != null && controlKey.isValid()) {
      controlKey.interestOps(
          (reading ? SelectionKey.OP_READ : 0) | (unwritten.isEmpty() ? 0 : SelectionKey.OP_WRITE));
    }
  }

  private void exited(int exit) {
    // What it left behind in its group must not outlive it: nobody could ever end it.
    child.signal(Signal.KILL);
    status = exit;
    // What is left is bounded by the sizes of the pipes, so it need not wait for room.
    int n;
    do {
      drainRaw();
      n = readControl();
    } while (n > 0);
    drainRaw();
    closed = true;
    close(stdout);
    close(stderr);
    if (control != null) {
      close(control);
    }
    if (completions != null) {
      close(completions);
    }
    closeListener();
    events.ended(exit);
  }

  private void closeListener() {
    close(listener);
    try {
      Files.deleteIfExists(directory.resolve("s"));
      Files.deleteIfExists(directory);
    } catch (IOException e) {
      log.accept("Could not remove " + directory + ": " + e.getMessage());
    }
  }

  private static Pipe.SourceChannel captured(Pipe.@Nullable SourceChannel pipe) {
    if (pipe == null) {
      throw new IllegalStateException("Expected captured output, but the child has none.");
    }
    return pipe;
  }

  private void close(SelectableChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      log.accept("Could not close a channel: " + e.getMessage());
    }
  }
}
