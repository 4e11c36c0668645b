package org.polykern.cli.terminal;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.polykern.cli.run.CaughtSignal;

/**
 * The terminal of this process, which can be made raw until it is closed. A shell beside this
 * process keeps the settings that it had, and restores them when its standard input ends: so they
 * come back also when this process is killed.
 */
final class LocalTerminal implements AutoCloseable {
  /** What a program may have left: another screen, mouse reports, a hidden cursor, colours. */
  private static final String RESET =
      "\\033[?1000l\\033[?1002l\\033[?1003l\\033[?1004l\\033[?1006l\\033[?2004l\\033[?1049l"
          + "\\033[!p\\033[?7h\\033[?25h\\033[r\\033[m\\033>\\033[999;1H\\r\\n";

  private static final String SHELL =
      """
      trap '' INT QUIT TERM HUP TSTP TTOU TTIN PIPE
      exec 3<>/dev/tty || exit 1
      before=$(stty -g <&3) && stty size <&3 || exit 1
      drawn=
      while read -r order; do
        case $order in raw) stty raw -echo <&3; drawn=1 ;; esac
        stty size <&3
      done
      [ -z "$drawn" ] || { printf '%s' >&3; stty "$before" <&3; }
      """
          .replace("%s", RESET);

  /** Rows and columns; 0 where the terminal does not know. */
  record Size(int rows, int cols) {
    /** As a terminal server understands it. */
    Size orUsual() {
      return rows > 0 && cols > 0 ? this : new Size(24, 80);
    }
  }

  /** Told when the window has another size; called on a thread of its own. */
  interface Resized {
    void to(Size size);
  }

  private final Process shell;
  private final BufferedReader sizes;
  private final Thread hook;
  private final InputStream in = new FileInputStream(FileDescriptor.in);
  private final OutputStream out = new FileOutputStream(FileDescriptor.out);
  private final ReentrantLock drawing = new ReentrantLock();
  private final Size first;
  private volatile boolean closed;

  private LocalTerminal(Process shell, BufferedReader sizes, Size first) {
    this.shell = shell;
    this.sizes = sizes;
    this.first = first;
    this.hook = Thread.ofPlatform().name("terminal-restore").unstarted(this::restore);
  }

  /**
   * Finds it, and changes nothing yet.
   *
   * @throws IOException if this process has no terminal, or the machine no {@code sh} and {@code
   *     stty}
   */
  static LocalTerminal open() throws IOException {
    Process shell =
        new ProcessBuilder("sh", "-c", SHELL)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    BufferedReader sizes = shell.inputReader(StandardCharsets.US_ASCII);
    String line = sizes.readLine();
    if (line == null) {
      throw new IOException("this process has no terminal, or the machine no stty");
    }
    LocalTerminal terminal = new LocalTerminal(shell, sizes, size(line));
    Runtime.getRuntime().addShutdownHook(terminal.hook);
    return terminal;
  }

  private static Size size(String line) {
    String[] numbers = line.split(" ", 2);
    try {
      return new Size(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]));
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      return new Size(0, 0);
    }
  }

  /** When this returns, keys come one by one and mean nothing here. Before {@link #watch}. */
  void raw() throws IOException {
    order("raw");
    String done = sizes.readLine();
    if (done == null) {
      throw new IOException("its settings cannot be changed");
    }
  }

  /** Its size at the beginning. */
  Size size() {
    return first;
  }

  /**
   * Tells each size from now on, until closed; also when this process is continued after a stop.
   */
  CaughtSignal watch(Resized resized) {
    Thread.ofVirtual().name("terminal-size").start(() -> read(resized));
    CaughtSignal window = CaughtSignal.on("WINCH", () -> order("size"));
    CaughtSignal continued = CaughtSignal.on("CONT", () -> order("raw"));
    order("size"); // It may have changed before anybody was told of changes.
    return window.and(continued);
  }

  private void read(Resized resized) {
    try {
      for (String line = sizes.readLine(); line != null; line = sizes.readLine()) {
        resized.to(size(line));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void order(String word) {
    try {
      shell.getOutputStream().write((word + "\n").getBytes(StandardCharsets.US_ASCII));
      shell.getOutputStream().flush();
    } catch (IOException e) {
      // Closed.
    }
  }

  /** What is typed: at least one byte; -1 at the end. */
  int read(byte[] into) throws IOException {
    return in.read(into);
  }

  /** Shows bytes; waits while the window does not take them. Nothing is shown once it is closed. */
  void draw(byte[] bytes, int offset, int length) throws IOException {
    drawing.lock();
    try {
      if (!closed) {
        out.write(bytes, offset, length);
      }
    } finally {
      drawing.unlock();
    }
  }

  /** As it was, with the cursor on an empty line below everything. */
  @Override
  public void close() {
    restore();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending and the hook found nothing to do.
    }
  }

  private void restore() {
    if (closed) {
      return;
    }
    closed = true;
    boolean held = false;
    try {
      // Who draws now ends first; but a window that takes nothing does not keep us.
      held = drawing.tryLock(200, TimeUnit.MILLISECONDS);
      shell.getOutputStream().close();
      if (!shell.waitFor(2, TimeUnit.SECONDS)) {
        shell.destroyForcibly();
      }
    } catch (IOException | InterruptedException e) {
      // The shell is gone, and has restored what it could.
    } finally {
      if (held) {
        drawing.unlock();
      }
    }
  }
}
