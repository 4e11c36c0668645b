package org.polykern.jail.nativelib;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Calls that somebody outside decides. */
class JailAskIT extends InEveryMode {
  private static final Duration SOON = Duration.ofSeconds(10);

  private static Rules asking() {
    return counting().add(EVENTFD2, Rules.ask()).add(GETSID, Rules.ask());
  }

  /** One jail, its events as they come, and the pipe of its answers. */
  private record Asked(Path launch, Process process, OutputStream answers) {
    static Asked start(Mode mode, String script) throws Exception {
      Path launch = jail().launch(mode.with(Jail.filter(asking()), "max-processes 8"));
      Path pipe = Path.of(launch + ".answers");
      assertThat(new ProcessBuilder("mkfifo", "-m", "666", pipe.toString()).start().waitFor())
          .isZero();
      Process process =
          jail()
              .start(
                  launch,
                  List.of("--answers", pipe.toString()),
                  List.of(
                      "/bin/bash",
                      "-c",
                      script
                          .replace("VICTIM", jail().victim.toString())
                          .replace("GO", launch + ".go")));
      return new Asked(launch, process, Files.newOutputStream(pipe));
    }

    void awaitQuestion(int id) {
      await().atMost(SOON).until(() -> lines().contains("{\"event\":\"ask\",\"id\":" + id + ","));
    }

    void letGo() throws IOException {
      Files.createFile(Path.of(launch + ".go"));
    }

    void awaitOutput(String text) {
      Path output = Path.of(launch + ".out");
      await().atMost(SOON).until(() -> Files.readString(output).contains(text));
    }

    String lines() throws IOException {
      return Files.readString(Path.of(launch + ".events"));
    }

    void answer(String line) throws IOException {
      answers.write((line + "\n").getBytes(US_ASCII));
      answers.flush();
    }

    Jail.End end() throws Exception {
      await().atMost(SOON).until(() -> !process.isAlive());
      return jail().end(launch, process.exitValue());
    }
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldDoWhatTheAnswerSays(Mode mode) throws Exception {
    Asked asked = Asked.start(mode, "VICTIM call 290 1 0; VICTIM call 290 2 0; VICTIM call 124");
    asked.awaitQuestion(1);
    assertThat(asked.lines()).contains("\"call\":\"eventfd2\"", "\"args\":[\"0x1\",\"0x0\"");
    asked.answer("1 0");
    asked.awaitQuestion(2);
    asked.answer("77 0");
    asked.answer("2 13");
    asked.awaitQuestion(3);
    asked.answer("3");
    Jail.End end = asked.end();
    assertThat(end.output().lines()).containsExactly("3 0", "-1 13", "-1 1");
    assertThat(end.event("exit")).contains("\"refused\":{\"getsid\":1,\"eventfd2\":1}");
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldGoOnWithOthersMeanwhile(Mode mode) throws Exception {
    Asked asked =
        Asked.start(mode, "VICTIM call 124 & VICTIM call 124 & VICTIM forks 50; echo done; wait");
    asked.awaitOutput("done");
    asked.awaitQuestion(2);
    asked.answer("2 0");
    asked.answer("1 0");
    assertThat(asked.end().output()).contains("50\ndone\n").doesNotContain("-1");
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldRefuseWhenNobodyAnswersAnyMore(Mode mode) throws Exception {
    Asked asked = Asked.start(mode, "VICTIM call 124; VICTIM call 124");
    asked.awaitQuestion(1);
    asked.answers.close();
    assertThat(asked.end().output().lines()).containsExactly("-1 1", "-1 1");
    assertThat(jail().victim(mode.with(Jail.filter(asking())), "call", GETSID).output())
        .isEqualTo("-1 1");
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldEndWhileAQuestionIsOpen(Mode mode) throws Exception {
    String waiting = "VICTIM call 124 & while [ ! -e GO ]; do :; done; ";
    Asked asked = Asked.start(mode, waiting + "kill -9 $!; wait $!; exit 9");
    asked.awaitQuestion(1);
    asked.letGo();
    assertThat(asked.end().status()).isEqualTo(9);
    Asked left = Asked.start(mode, waiting + "exit 8");
    left.awaitQuestion(1);
    left.letGo();
    assertThat(left.end().status()).isEqualTo(8);
    asked.answers.close();
    left.answers.close();
  }
}
