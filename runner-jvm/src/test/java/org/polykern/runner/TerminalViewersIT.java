package org.polykern.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.polykern.runner.terminal.screen.ScreenState;

/** Several viewers of a terminal, slow ones, and none. */
@Timeout(120)
class TerminalViewersIT {
  /** Much more than everything between a program and a viewer can hold. */
  private static final String FLOOD =
      "head -c 20000000 /dev/zero | tr '\\0' x; echo; echo d''one\n";

  @TempDir private Path directory;

  private RunnerProcess start() throws IOException {
    return new RunnerProcess.Builder(directory).language("app").with("streams", 0).start();
  }

  private static LinkClient link(RunnerProcess runner) {
    LinkClient link = new LinkClient(runner, null);
    link.hello();
    return link;
  }

  private static TerminalClient stalled(RunnerProcess runner, LinkClient link) throws IOException {
    return TerminalClient.small(runner, TerminalClient.token(link, "main", 24, 80) + "\n");
  }

  @Test
  void shouldShowOneTerminalToAll() throws Exception {
    try (RunnerProcess runner = start();
        LinkClient link = link(runner);
        TerminalClient one = TerminalClient.open(runner, link, "main");
        TerminalClient other = TerminalClient.open(runner, link, "main");
        TerminalClient apart = TerminalClient.open(runner, link, "another")) {
      other.await("<screen>");
      one.type("echo b''y one\n");
      one.await("by one\r\n");
      other.await("by one\r\n");
      other.type("echo b''y other\n");
      one.await("by other\r\n");
      other.await("by other\r\n");
      one.resize(30, 100);
      while (!other.size().equals("30 100")) {
        assertThat(other.next().type()).isIn(TerminalClient.SIZE, TerminalClient.BYTES);
      }
      apart.type("echo a''part; stty size\n");
      assertThat(apart.await("24 80\r\n")).doesNotContain("by one");
    }
  }

  @Test
  void shouldPassOverWhoDoesNotRead() throws Exception {
    try (RunnerProcess runner = start();
        LinkClient link = link(runner);
        TerminalClient reader = TerminalClient.open(runner, link, "main");
        TerminalClient stalled = stalled(runner, link)) {
      reader.type(FLOOD);
      reader.await("\r\ndone\r\n");
      stalled.await("<screen>");
      stalled.await("<screen>");
      reader.type("echo e''nd\n");
      stalled.await("end\r\n");
      reader.await("end\r\n");
      assertThat(ScreenState.text(stalled.screen())).isEqualTo(ScreenState.text(reader.screen()));
    }
  }

  @Test
  void shouldHoldUpTheProgramOfOneWhoDoesNotRead() throws Exception {
    try (RunnerProcess runner = start();
        LinkClient link = link(runner);
        TerminalClient viewer = stalled(runner, link)) {
      viewer.type("echo w''arm; sh -c 'echo pi''d $$; exec yes'\n");
      viewer.await("pid ");
      Path yes = Path.of("/proc", viewer.await("\r\n"), "stat");
      Awaitility.await()
          .during(Duration.ofMillis(500))
          .atMost(Duration.ofSeconds(20))
          .until(new Unchanged(yes));
      long before = runner.kilobytes("VmRSS");
      for (int i = 0; i < 2_000; i++) {
        viewer.send(TerminalClient.PING, new byte[64]);
      }
      Awaitility.await()
          .during(Duration.ofMillis(500))
          .atMost(Duration.ofSeconds(20))
          .until(new Unchanged(yes));
      assertThat(runner.kilobytes("VmRSS") - before).isLessThan(4_000);
      // The way to the program is not the way back.
      viewer.type("\003");
      viewer.type("echo e''nd\n");
      viewer.await("end\r\n");
      assertThat(viewer.screens()).isEqualTo(1);
    }
  }

  /** Whether a program has used no processor time since the last look. */
  private static final class Unchanged implements Callable<Boolean> {
    private final Path stat;
    private List<String> last = List.of();

    Unchanged(Path stat) {
      this.stat = stat;
    }

    @Override
    public Boolean call() throws IOException {
      List<String> now = List.of(Files.readString(stat).split(" ")).subList(13, 15);
      boolean same = now.equals(last);
      last = now;
      return same;
    }
  }

  @Test
  void shouldGoOnWithoutViewers() throws Exception {
    try (RunnerProcess runner = start();
        LinkClient link = link(runner)) {
      try (TerminalClient viewer = TerminalClient.open(runner, link, "main")) {
        viewer.type(
            "until printf '\\033[c'; read -t 1 -rsd c a; do :; done; seq 1 30000; touch do''ne\n");
        viewer.await("touch do''ne");
      }
      // What a viewer's terminal would answer is answered, so the program comes to its end.
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> Files.exists(runner.work().resolve("done")));
      try (TerminalClient viewer = TerminalClient.open(runner, link, "main")) {
        viewer.await("<screen>");
        assertThat(ScreenState.text(viewer.screen())).contains("29990", "30000");
        assertThat(ScreenState.of(viewer.screen())).contains("main -900 29078");
      }
    }
  }

  @Test
  void shouldRestoreTheScreenOfAnEditor() throws Exception {
    InstalledPrograms.require("vim");
    try (RunnerProcess runner = start();
        LinkClient link = link(runner);
        TerminalClient viewer = TerminalClient.open(runner, link, "main")) {
      Files.writeString(runner.work().resolve("poem"), "one\ntwo\n\u4E2D\u6587\n".repeat(50));
      viewer.type("clear; vim -u NONE -N --cmd 'set mouse=a ruler t_RV= t_u7=' poem\n");
      viewer.await("one");
      viewer.type("5jItyped\033");
      viewer.await("typed");
      viewer.type(":set hls\r/tw\\a\r");
      viewer.await("8,1");
      try (TerminalClient late = TerminalClient.open(runner, link, "main")) {
        viewer.type(":echo 'e'.'nd'\r");
        viewer.await("end");
        late.await("end");
        assertThat(ScreenState.text(late.screen())).contains("typed\u4E2D\u6587");
        assertThat(ScreenState.of(late.screen())).isEqualTo(ScreenState.of(viewer.screen()));
      }
      viewer.type(":q!\r");
      viewer.await("\033[?1049l");
      viewer.type("echo l''eft\n");
      viewer.await("left\r\n");
    }
  }

  @Test
  void shouldEndAFloodAtItsViewer() throws Exception {
    try (RunnerProcess runner = start();
        LinkClient link = link(runner);
        TerminalClient viewer = TerminalClient.open(runner, link, "main")) {
      viewer.type("yes flood\n");
      viewer.await("flood\r\nflood\r\n");
      viewer.type("\003");
      viewer.type("echo st''opped\n");
      viewer.await("stopped\r\n");
    }
  }
}
