package org.polykern.sshd;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A running program and its descriptors, which the three ends {@link #input}, {@link #output} and
 * {@link #errors} close each for itself. It leads a session and a process group of its own. The
 * JDK's {@code Process} knows neither terminals nor process groups.
 */
final class NativeProgram {
  /** Where the native half lies; without it, beside the jar. */
  static final String LIBRARY_PROPERTY = "polykern.sshd.library";

  static {
    System.load(library());
  }

  private static final int USERS = 4;

  private final int pid;
  private final int wake;
  private final @Nullable String terminal;
  private final Pipe input;
  private final Pipe output;
  private final Pipe errors;
  private final AtomicInteger users;
  private final ReentrantLock lock = new ReentrantLock();
  private int waker;
  private boolean ended;

  /**
   * A terminal's size, in characters and, where they are known, in pixels.
   *
   * @param width of the whole terminal in pixels, 0 = unknown
   * @param height of the whole terminal in pixels, 0 = unknown
   */
  record Size(int rows, int columns, int width, int height) {
    private int[] numbers() {
      return new int[] {rows, columns, width, height};
    }
  }

  private NativeProgram(int[] given) {
    pid = given[0];
    input = new Pipe(given[1]);
    output = new Pipe(given[2]);
    errors = new Pipe(given[3]);
    wake = given[4];
    waker = given[5];
    users = new AtomicInteger(given[3] < 0 ? USERS - 1 : USERS);
    terminal = terminal0(given[2]);
  }

  /**
   * Starts one at three pipes.
   *
   * @param file absolute path
   * @param arguments beginning with the name that the program sees as its own
   * @throws IOException with a sentence, when it cannot be executed
   */
  static NativeProgram atPipes(
      Path file, List<String> arguments, Map<String, String> environment, Path directory)
      throws IOException {
    return start(file, arguments, environment, directory, null, null);
  }

  /**
   * Starts one at a new terminal, which is its standard error too.
   *
   * @param modes pairs of an opcode of RFC 4254, section 8, and its value
   * @throws IOException with a sentence, when there is no terminal or it cannot be executed
   */
  static NativeProgram atTerminal(
      Path file,
      List<String> arguments,
      Map<String, String> environment,
      Path directory,
      Size size,
      int[] modes)
      throws IOException {
    return start(file, arguments, environment, directory, size, modes);
  }

  private static NativeProgram start(
      Path file,
      List<String> arguments,
      Map<String, String> environment,
      Path directory,
      @Nullable Size size,
      int @Nullable [] modes)
      throws IOException {
    var line = new ByteArrayOutputStream();
    append(line, file.toString());
    arguments.forEach(argument -> append(line, argument));
    var variables = new ByteArrayOutputStream();
    environment.forEach((name, value) -> append(variables, name + '=' + value));
    return new NativeProgram(
        start0(
            line.toByteArray(),
            variables.toByteArray(),
            directory.toString().getBytes(StandardCharsets.UTF_8),
            size == null ? null : size.numbers(),
            modes));
  }

  /**
   * Becomes this very program once more, with the same arguments.
   *
   * @throws IOException with a sentence, when it cannot be executed
   */
  static void startAgain(Map<String, String> environment) throws IOException {
    var variables = new ByteArrayOutputStream();
    environment.forEach((name, value) -> append(variables, name + '=' + value));
    replace0(Files.readAllBytes(Path.of("/proc/self/cmdline")), variables.toByteArray());
  }

  private static void append(ByteArrayOutputStream texts, String text) {
    texts.writeBytes(text.replace("\0", "").getBytes(StandardCharsets.UTF_8));
    texts.write(0);
  }

  /** The name of the terminal's device; null without one. */
  @Nullable String terminal() {
    return terminal;
  }

  /** What it reads; its standard input ends when this is closed, unless that is a terminal. */
  Pipe input() {
    return input;
  }

  Pipe output() {
    return output;
  }

  /** Nothing at all at a terminal. */
  Pipe errors() {
    return errors;
  }

  /** Programs at the terminal get SIGWINCH. */
  void resize(Size size) {
    output.use(fd -> resize0(fd, size.numbers()));
  }

  /** To the process group, unless the program has ended. */
  void signal(int number) {
    lock.lock();
    try {
      if (!ended) {
        signal0(pid, number);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits for the end of the program, once: its status, or 128 and the number of a signal. */
  int await() {
    await0(pid);
    lock.lock();
    try {
      ended = true;
      return reap0(pid);
    } finally {
      lock.unlock();
      release();
    }
  }

  /** Whoever waits at an end goes on: what was written is still read, but no more is waited for. */
  void stopWaiting() {
    lock.lock();
    try {
      if (waker >= 0) {
        close0(waker);
        waker = -1;
      }
    } finally {
      lock.unlock();
    }
  }

  private void release() {
    if (users.decrementAndGet() == 0) {
      stopWaiting();
      close0(wake);
    }
  }

  private interface Use {
    void with(int descriptor);
  }

  /** One direction, used by one thread. */
  final class Pipe implements AutoCloseable {
    private final ReentrantLock closing = new ReentrantLock();
    private int descriptor;

    private Pipe(int descriptor) {
      this.descriptor = descriptor;
    }

    /** How many bytes were read; -1 when no more come. */
    int read(byte[] bytes) {
      return descriptor < 0 ? -1 : read0(descriptor, wake, bytes);
    }

    /** Writes all; false when nobody reads them any more. */
    boolean write(byte[] bytes, int count) {
      return descriptor >= 0 && write0(descriptor, wake, bytes, count);
    }

    private void use(Use use) {
      closing.lock();
      try {
        if (descriptor >= 0) {
          use.with(descriptor);
        }
      } finally {
        closing.unlock();
      }
    }

    @Override
    public void close() {
      use(fd -> {
        close0(fd);
        descriptor = -1;
        release();
      });
    }
  }

  private static String library() {
    String given = System.getProperty(LIBRARY_PROPERTY);
    if (given != null) {
      return given;
    }
    Path jar = Path.of(System.getProperty("java.class.path")).toAbsolutePath();
    return jar.resolveSibling("libpk-program.so").toString();
  }

  private static native int[] start0(
      byte[] arguments,
      byte[] environment,
      byte[] directory,
      int @Nullable [] size,
      int @Nullable [] modes)
      throws IOException;

  private static native void replace0(byte[] arguments, byte[] environment) throws IOException;

  private static native @Nullable String terminal0(int output);

  private static native int read0(int descriptor, int wake, byte[] bytes);

  private static native boolean write0(int descriptor, int wake, byte[] bytes, int count);

  private static native void resize0(int descriptor, int[] size);

  private static native void await0(int pid);

  private static native int reap0(int pid);

  private static native void signal0(int pid, int number);

  private static native void close0(int descriptor);
}
