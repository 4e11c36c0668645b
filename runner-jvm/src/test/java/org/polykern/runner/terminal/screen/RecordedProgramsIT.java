package org.polykern.runner.terminal.screen;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.polykern.runner.spawn.Child;
import org.polykern.runner.spawn.LocalSpawner;
import org.polykern.runner.spawn.ProgramTerminal;
import org.polykern.runner.spawn.Signal;
import org.polykern.runner.spawn.Spawner;

/**
 * What real programs draw in a terminal: a snapshot draws it again at every point, and tmux, which
 * is a terminal too, shows the same text of it.
 */
@Timeout(60)
class RecordedProgramsIT {
  private static final int ROWS = 24;
  private static final int COLUMNS = 80;
  private static final int POINTS = 40;
  private static final int QUIET_MILLIS = 400;

  @TempDir private Path directory;

  /** Keys are typed one after the other, each once nothing more was drawn. */
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "vim, vim -u NONE -N --cmd `set nu ruler hls mouse=a` text, `50G|ihello\u001B|:split\r|/line\r|gg"
            + "|dd|p|:set list\r`",
        "less, less -N text, ` |/line 7\r|G|b|-i`",
        "top, top -d 100, `m|1|c|h`",
        "tmux, tmux -S inner -f /dev/null new-session 'ls -l /etc; sleep 100', `\u0002%|ls /\r|\u0002d`",
        "bash, bash --norc, `ls --color=always /\r|for i in $(seq 50); do echo $i; done\r|echo "
            + "\u4E2D\u6587 e\u0301\r|printf '\\033[?5h\\033[2;5r\\033[4h'\r|history\r|\u0012ech`"
      })
  void shouldBeDrawnAgain(String program, String command, String keys) throws Exception {
    requireProgram(program);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 500; i++) {
      text.append("this is line ")
          .append(i)
          .append(i % 7 == 0 ? "\t\u4E2D\u6587 " : " ")
          .append('\n');
    }
    Files.writeString(directory.resolve("text"), text);
    byte[] recorded = record(command.replace("`", "'"), List.of(keys.split("\\|")));
    assertThat(recorded).isNotEmpty();
    Screen screen = new Screen(ROWS, COLUMNS);
    int step = Math.max(recorded.length / POINTS, 1);
    for (int at = 0; at < recorded.length; at += step) {
      screen.feed(recorded, at, Math.min(at + step, recorded.length));
      Screen again = new Screen(ROWS, COLUMNS);
      byte[] snapshot = screen.snapshot();
      again.feed(snapshot, 0, snapshot.length);
      assertThat(ScreenState.of(again)).isEqualTo(ScreenState.of(screen));
    }
    List<String> elsewhere = inTmux(recorded);
    assertThat(elsewhere).isEqualTo(ScreenState.text(screen));
  }

  /** What a program writes while keys are typed, up to a moment in which it runs. */
  private byte[] record(String command, List<String> keys) throws Exception {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try (ProgramTerminal terminal = ProgramTerminal.open(ROWS, COLUMNS);
        Selector selector = Selector.open()) {
      Child child =
          new LocalSpawner()
              .spawn(
                  Spawner.Program.inTerminal(
                      List.of("/bin/sh", "-c", "exec " + command),
                      Map.of(
                          "TERM", "xterm-256color",
                          "PATH", System.getenv("PATH"),
                          "HOME", directory.toString(),
                          "PS1", "$ ",
                          "LANG", "C.UTF-8"),
                      directory,
                      terminal.path()));
      terminal.output().configureBlocking(false);
      terminal.output().register(selector, SelectionKey.OP_READ);
      drain(terminal, selector, all);
      terminal.started();
      for (String key : keys) {
        terminal.input().write(ByteBuffer.wrap(key.getBytes(StandardCharsets.UTF_8)));
        drain(terminal, selector, all);
      }
      child.signal(Signal.KILL);
      run("tmux -S " + directory.resolve("inner") + " kill-server || true");
    }
    return all.toByteArray();
  }

  private static void drain(ProgramTerminal terminal, Selector selector, ByteArrayOutputStream all)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(8192);
    while (selector.select(QUIET_MILLIS) > 0) {
      selector.selectedKeys().clear();
      int n;
      try {
        n = terminal.output().read(buffer.clear());
      } catch (IOException e) {
        return; // It has ended.
      }
      all.write(buffer.array(), buffer.arrayOffset(), Math.max(n, 0));
    }
  }

  /** The rows that tmux shows after the same output. */
  private List<String> inTmux(byte[] recorded) throws Exception {
    requireProgram("tmux");
    Path file = Files.write(directory.resolve("recorded"), recorded);
    String socket = directory.resolve("tmux").toString();
    String size = "-x " + COLUMNS + " -y " + ROWS;
    String inside =
        "stty raw -echo; cat " + file + "; tmux -S " + socket + " wait-for -S shown; sleep 60";
    try {
      run(
          "tmux -S "
              + socket
              + " -f /dev/null new-session -d "
              + size
              + " \""
              + inside
              + "\" \\;"
              + " set -g status off; tmux -S "
              + socket
              + " wait-for shown");
      List<String> rows = new ArrayList<>();
      for (String row : run("tmux -S " + socket + " capture-pane -p").split("\n", -1)) {
        rows.add(row.stripTrailing());
      }
      return rows.subList(0, ROWS);
    } finally {
      run("tmux -S " + socket + " kill-server || true");
    }
  }

  private static String run(String command) throws Exception {
    ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", command).redirectErrorStream(true);
    builder.environment().put("LANG", "C.UTF-8");
    builder.environment().remove("TMUX");
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).as(output).isTrue();
    return output;
  }

  private static void requireProgram(String program) {
    for (String folder : System.getenv("PATH").split(":", -1)) {
      if (Files.isExecutable(Path.of(folder, program))) {
        return;
      }
    }
    Assumptions.abort("Expected " + program + " on the PATH, but it is not installed.");
  }
}
