package org.polykern.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.polykern.runner.terminal.screen.ScreenState;

/** Terminals of a real runner: a shell, its terminal, and one viewer. */
@Timeout(90)
class TerminalIT {
  @TempDir private Path directory;

  private RunnerProcess.Builder builder() {
    return new RunnerProcess.Builder(directory).language("app").with("streams", 0);
  }

  private static LinkClient link(RunnerProcess runner) {
    LinkClient link = new LinkClient(runner, null);
    link.hello();
    return link;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldBeARealTerminal(boolean jailed) throws Exception {
    RunnerProcess.Builder builder = jailed ? builder() : builder().unjailed();
    try (RunnerProcess runner = builder.start();
        LinkClient link = link(runner);
        TerminalClient viewer = TerminalClient.open(runner, link, "main")) {
      assertThat(viewer.next().type()).isEqualTo(TerminalClient.SIZE);
      assertThat(viewer.size()).isEqualTo("24 80");
      assertThat(viewer.next().type()).isEqualTo(TerminalClient.SCREEN);
      viewer.type("stty -echo; PS1=; echo a''b\n");
      viewer.await("ab\r\n");
      viewer.type("stty size; tty; pwd; echo $TERM; test -t 0 -a -t 1 -a -t 2; echo $?\n");
      assertThat(viewer.await("\r\n0\r\n"))
          .containsPattern(
              "24 80\r\n/dev/pts/\\d+\r\n" + runner.work().toRealPath() + "\r\nxterm-256color");
      viewer.type("echo o''k > /dev/tty; mesg n; mesg; stat -c %U:%u $(tty)\n");
      viewer.await("is n\r\n");
      String user =
          jailed && JailFixture.SUPERVISED
              ? ":" + JailFixture.USER
              : ":" + new UnixSystem().getUid();
      viewer.await(user + "\r\n");
      viewer.type("ps -o pid=,sid= $$ | tr -s ' ' '\\n' | grep . | sort -u | wc -l\n");
      viewer.await("1\r\n");
    }
  }

  @Test
  void shouldResizeAndTellTheProgram() throws Exception {
    try (RunnerProcess runner = builder().start();
        LinkClient link = link(runner);
        TerminalClient viewer = TerminalClient.open(runner, link, "main")) {
      viewer.type("stty -echo; PS1=; trap 'stty size' WINCH; echo a''b\n");
      viewer.await("ab\r\n");
      viewer.resize(40, 132);
      viewer.type("\n");
      viewer.await("40 132\r\n");
      viewer.resize(0, 9999);
      while (!viewer.size().equals("1 1000")) {
        assertThat(viewer.next().type()).isIn(TerminalClient.SIZE, TerminalClient.BYTES);
      }
    }
  }

  @Test
  void shouldInterrupt() throws Exception {
    try (RunnerProcess runner = builder().start();
        LinkClient link = link(runner);
        TerminalClient viewer = TerminalClient.open(runner, link, "main")) {
      // What says "begin" is the foreground by then: a shell that is starting a program may lose a
      // ^C.
      viewer.type("sh -c 'echo b\"\"egin; exec sleep 1000'; echo e''nd\n");
      viewer.await("begin\r\n");
      viewer.type("\003");
      viewer.type("echo s''topped\n");
      assertThat(viewer.await("stopped\r\n")).contains("^C").doesNotContain("end");
    }
  }

  @Test
  void shouldAnswerPings() throws Exception {
    try (RunnerProcess runner = builder().start();
        LinkClient link = link(runner);
        TerminalClient viewer = TerminalClient.open(runner, link, "main")) {
      viewer.send(TerminalClient.PING, new byte[] {1, 2, 3});
      TerminalClient.Frame frame;
      do {
        frame = viewer.next();
      } while (frame.type() != TerminalClient.PING);
      assertThat(frame.payload()).containsExactly(1, 2, 3);
    }
  }

  @Test
  void shouldStartAnotherShellWhenOneEnds() throws Exception {
    try (RunnerProcess runner = builder().start();
        LinkClient link = link(runner);
        TerminalClient viewer = TerminalClient.open(runner, link, "main")) {
      viewer.type("echo f''irst $$; sleep 1; printf '\\033[?1049h'; exit\n");
      viewer.await("first ");
      String first = viewer.await("\r\n");
      viewer.await("Restarting...\r\n");
      assertThat(ScreenState.of(viewer.screen())).noneMatch(line -> line.startsWith("alternate"));
      viewer.type("echo s''econd $$; exit 3\n");
      viewer.await("second ");
      assertThat(viewer.await("\r\n")).isNotEqualTo(first);
      viewer.await("status 3");
      viewer.type("x");
      viewer.await("Restarting...\r\n");
      viewer.type("echo t''hird\n");
      viewer.await("third\r\n");
    }
  }

  @Test
  void shouldEndWithTheRunner() throws Exception {
    try (RunnerProcess runner = builder().unjailed().start();
        LinkClient link = link(runner);
        TerminalClient viewer = TerminalClient.open(runner, link, "main")) {
      viewer.type("echo p''id $$; sleep 1000\n");
      viewer.await("pid ");
      long shell = Long.parseLong(viewer.await("\r\n"));
      link.send("shutdown", Map.of(), "");
      TerminalClient.Frame frame;
      do {
        frame = viewer.next();
      } while (frame.type() != TerminalClient.ENDED);
      assertThat(frame.text()).isEqualTo("The session has ended.");
      assertThat(viewer.isClosedByRunner()).isTrue();
      assertThat(runner.awaitExit()).isZero();
      Awaitility.await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> ProcessHandle.of(shell).isEmpty());
    }
  }

  @Test
  void shouldLetNobodyInWithoutAToken() throws Exception {
    try (RunnerProcess runner = builder().start();
        LinkClient link = link(runner)) {
      String token = TerminalClient.token(link, "main", 24, 80);
      for (String line :
          List.of(
              "x".repeat(43) + "\n",
              token + "x\n",
              "GET / HTTP/1.1\r\nHost: localhost\r\nAccept: everything and more\r\n\r\n",
              token.substring(0, 42) + "\n\n")) {
        try (TerminalClient stranger = TerminalClient.connect(runner, line)) {
          assertThat(stranger.isClosedByRunner()).as(line).isTrue();
        }
      }
      try (TerminalClient viewer = TerminalClient.connect(runner, token + "\n");
          TerminalClient again = TerminalClient.connect(runner, token + "\n")) {
        assertThat(viewer.next().type()).isEqualTo(TerminalClient.SIZE);
        assertThat(again.isClosedByRunner()).isTrue();
      }
    }
  }

  @Test
  void shouldCloseStrangersWhoSayNothing() throws Exception {
    try (RunnerProcess runner = builder().start();
        LinkClient link = link(runner);
        TerminalClient silent = TerminalClient.connect(runner, "x")) {
      List<TerminalClient> crowd = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        crowd.add(TerminalClient.connect(runner, ""));
      }
      assertThat(silent.isClosedByRunner()).isTrue();
      try (TerminalClient viewer = TerminalClient.open(runner, link, "main")) {
        assertThat(viewer.next().type()).isEqualTo(TerminalClient.SIZE);
      }
      assertThat(crowd.getLast().isClosedByRunner()).isTrue();
      for (TerminalClient one : crowd) {
        one.close();
      }
    }
  }

  @Test
  void shouldCloseWhoSendsNonsense() throws Exception {
    try (RunnerProcess runner = builder().start();
        LinkClient link = link(runner)) {
      for (byte[] bytes :
          List.of(
              new byte[] {1, 0x10, 0, 1},
              new byte[] {2, 0, 0, 5, 0, 0, 0, 0, 0},
              new byte[] {3, 0, 0, 65},
              new byte[] {4, 0, 0, 0},
              new byte[] {9, 0, 0, 1, 1},
              "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII))) {
        try (TerminalClient viewer = TerminalClient.open(runner, link, "main")) {
          viewer.await("<screen>");
          viewer.raw(bytes);
          Awaitility.await().until(() -> endsNow(viewer));
        }
      }
      try (TerminalClient viewer = TerminalClient.open(runner, link, "main")) {
        viewer.type("echo a''live\n");
        viewer.await("alive\r\n");
      }
    }
  }

  private static boolean endsNow(TerminalClient viewer) {
    try {
      viewer.next();
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @Test
  void shouldRefuseWhatIsNoTerminal() throws Exception {
    try (RunnerProcess runner = builder().start();
        LinkClient link = link(runner)) {
      for (String name : List.of("", "a b", "x".repeat(65), "../x")) {
        assertThat(TerminalClient.answer(link, name, 24, 80).get("error"))
            .asString()
            .startsWith("Expected a terminal's name");
      }
      link.send("open-terminal", Map.of("id", "n"), "no json");
      assertThat(link.next("terminal-result").body()).contains("failed");
    }
  }

  @Test
  void shouldHaveSixteen() throws Exception {
    try (RunnerProcess runner = builder().start();
        LinkClient link = link(runner)) {
      for (int i = 0; i < 16; i++) {
        try (TerminalClient viewer = TerminalClient.open(runner, link, "t-" + i)) {
          viewer.type("echo n''umber " + i + "\n");
          viewer.await("number " + i + "\r\n");
        }
      }
      assertThat(TerminalClient.answer(link, "t-16", 24, 80).get("error"))
          .asString()
          .contains("at most 16 terminals");
      try (TerminalClient viewer = TerminalClient.open(runner, link, "t-3")) {
        viewer.await("number 3");
      }
    }
  }

  @Test
  void shouldSayThatThereIsNoStreamPort() throws Exception {
    try (RunnerProcess runner = new RunnerProcess.Builder(directory).language("app").start();
        LinkClient link = link(runner)) {
      assertThat(runner.streams()).isNull();
      assertThat(TerminalClient.answer(link, "main", 24, 80).get("error"))
          .asString()
          .startsWith("Expected a runner with a stream port");
    }
  }
}
