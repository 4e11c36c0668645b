package org.polykern.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.polykern.cli.CliProcess;
import org.polykern.cli.CommandRun;
import org.polykern.cli.StreamServer;
import org.polykern.cli.StreamServer.Peer;

/** The terminal command in a real terminal, against a server by hand. */
class TerminalCommandIT {
  private static final int OUTPUT = 1;
  private static final int RESIZE = 2;
  private static final int SCREEN = 4;
  private static final int ENDED = 5;
  private static final int TAKEN = 6;
  private static final String DETACH = "\020\021";

  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final AtomicInteger taken = new AtomicInteger(-1);
  private final AtomicInteger connections = new AtomicInteger();
  private StreamServer server;

  @BeforeEach
  void start() throws IOException {
    server = new StreamServer(this::serve);
    server.rest.on(
        "GET /session/_/match?id=",
        200,
        """
        {"matches": [{"id": "1", "name": "mysess", "status": "RUNNING"},
                     {"id": "2", "name": "gone", "status": "TERMINATED"}]}\
        """);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  /**
   * Shows what is typed in capitals; {@code !} cuts the connection, {@code .} ends the terminal.
   */
  private void serve(Peer peer) throws IOException {
    frame(peer, SCREEN, "screen " + connections.incrementAndGet() + "\r\n");
    while (true) {
      StreamServer.Frame frame = peer.next();
      if (frame.type() == StreamServer.CLOSE) {
        peer.close(1000, "");
        return;
      }
      ByteBuffer payload = frame.payload();
      switch (payload.get()) {
        case OUTPUT -> {
          String typed = StandardCharsets.UTF_8.decode(payload).toString();
          seen.add("typed " + typed);
          if (typed.contains("!")) {
            return;
          }
          if (typed.contains("#")) {
            frame(peer, OUTPUT, "x".repeat(100_000));
          } else if (typed.contains(".")) {
            frame(peer, ENDED, "The session has ended.");
          } else {
            frame(peer, OUTPUT, typed.toUpperCase(java.util.Locale.ROOT));
          }
        }
        case RESIZE -> seen.add("size " + payload.getShort() + "x" + payload.getShort());
        case TAKEN -> taken.addAndGet(payload.getInt());
        default -> seen.add("other");
      }
    }
  }

  private static void frame(Peer peer, int type, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    peer.send(
        StreamServer.BINARY,
        true,
        ByteBuffer.allocate(1 + bytes.length).put((byte) type).put(bytes).array());
  }

  private CliProcess terminal(String... args) {
    String[] all = new String[args.length + 1];
    all[0] = "terminal";
    System.arraycopy(args, 0, all, 1, args.length);
    return CliProcess.inTerminal(server.environment(), all);
  }

  @Test
  void shouldShowWhatComesAndSendWhatIsTypedUntilTheDetachKeys() throws Exception {
    try (CliProcess run = terminal("mysess", "--name", "two")) {
      run.awaitOut("screen 1");
      // Control keys are the program's: in raw mode none of them does anything here.
      run.type("ab\003\032\004é");
      run.awaitOut("AB\003\032\004É");
      run.type("\020x"); // the first detach key alone is the program's
      run.awaitOut("\020X");
      run.type(DETACH);
      assertThat(run.exitCode()).as(run.out()).isZero();
      assertThat(run.out()).contains("Left; the terminal goes on.");
      assertThat(run.err()).endsWith("restored\n");
    }
    assertThat(server.targets())
        .containsExactly("/stream/session/mysess/pty?terminal=two&rows=30&cols=100");
    assertThat(String.join("", seen)).doesNotContain("\021");
  }

  @Test
  void shouldPassTheFirstDetachKeyOnWhenNothingFollows() throws Exception {
    try (CliProcess run = terminal("mysess")) {
      run.awaitOut("screen 1");
      run.type("\020");
      await().untilAsserted(() -> assertThat(seen).contains("typed \020"));
      run.type("\020" + DETACH);
      assertThat(run.exitCode()).isZero();
      await().untilAsserted(() -> assertThat(seen).containsExactly("typed \020", "typed \020"));
    }
  }

  @Test
  void shouldTellTheWindowsSize() throws Exception {
    try (CliProcess run = terminal("mysess")) {
      run.awaitOut("screen 1");
      run.signal("USR1");
      await().until(() -> seen.contains("size 50x132"));
      run.type("!");
      run.awaitOut("screen 2");
      run.type(DETACH);
      assertThat(run.exitCode()).isZero();
    }
    assertThat(server.targets()).last().asString().endsWith("&rows=50&cols=132");
  }

  @Test
  void shouldComeBackAfterACutAndDrawAnew() throws Exception {
    try (CliProcess run = terminal("mysess")) {
      run.awaitOut("screen 1");
      run.type("!");
      run.awaitOut("\033[H\033[2Jscreen 2");
      run.type("again");
      run.awaitOut("AGAIN");
      run.type(DETACH);
      assertThat(run.exitCode()).isZero();
    }
  }

  @Test
  void shouldTellHowMuchItDrew() throws Exception {
    try (CliProcess run = terminal("mysess")) {
      run.awaitOut("screen 1");
      run.type("#");
      await().until(() -> taken.get() == -1 + 100_000 + "screen 1\r\n".length());
      run.type(DETACH);
      assertThat(run.exitCode()).isZero();
    }
  }

  @Test
  void shouldEndWithTheSession() throws Exception {
    try (CliProcess run = terminal()) { // the only running one
      run.awaitOut("screen 1");
      run.type(".");
      assertThat(run.exitCode()).isZero();
      assertThat(run.out()).contains("The session has ended.");
      assertThat(run.err()).endsWith("restored\n");
    }
    assertThat(server.targets()).first().asString().contains("/mysess/");
  }

  @Test
  void shouldOnlyLook() throws Exception {
    try (CliProcess run = terminal("mysess", "--read-only")) {
      run.awaitOut("screen 1");
      run.signal("USR1");
      run.type("abc\003");
      assertThat(run.exitCode()).isZero();
    }
    assertThat(seen).isEmpty();
    assertThat(server.targets()).containsExactly("/stream/session/mysess/pty?terminal=main");
  }

  @Test
  void shouldRestoreTheTerminalWhenToldToEnd() throws Exception {
    try (CliProcess run = terminal("mysess")) {
      run.awaitOut("screen 1");
      CliProcess.signal("TERM", run.pidInTerminal());
      assertThat(run.exitCode()).isEqualTo(143);
      assertThat(run.err()).endsWith("restored\n");
    }
  }

  @Test
  void shouldRestoreTheTerminalEvenWhenKilled() throws Exception {
    try (CliProcess run = terminal("mysess")) {
      run.awaitOut("screen 1");
      CliProcess.signal("KILL", run.pidInTerminal());
      assertThat(run.exitCode()).isEqualTo(137);
      assertThat(run.err()).endsWith("restored\n");
    }
  }

  @Test
  void shouldRefuseToDrawWhereThereIsNoTerminal() {
    CommandRun run = CommandRun.of(server.environment(), Path.of(""), "", "terminal", "mysess");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("to be a terminal");
    assertThat(server.targets()).isEmpty();
  }

  @Test
  void shouldNameNearSessions() throws Exception {
    try (CliProcess run = terminal("mysesnosuch")) {
      assertThat(run.exitCode()).isEqualTo(3);
      assertThat(run.out()).contains("there is no 'mysesnosuch'", "These run: mysess.");
      assertThat(run.err()).endsWith("restored\n");
    }
    assertThat(SessionLink.print(server)).isEqualTo("http://there/console?x=1\n");
  }

  /** The page's link, beside it since it needs no terminal. */
  private static final class SessionLink {
    static String print(StreamServer server) {
      server.rest.on(
          "POST /session/mysess/terminal-link", 200, "{\"url\": \"http://there/console?x=1\"}");
      return CommandRun.of(server.environment(), Path.of(""), "", "terminal", "--web").out();
    }
  }
}
