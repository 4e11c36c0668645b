package org.polykern.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.polykern.runner.LinkClient.Result;
import org.zeromq.ZMQ;

/**
 * What the runner makes of a driver's frames, the honest and the others. The driver is a shell
 * script whose snippets are shell commands, so that each test writes its frames itself.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class DriverFramesIT {
  private static final int MAX_BYTES = 8 * 1024 * 1024;

  private static final String LANGUAGE =
      """
      title     Tiny
      programs  /nowhere/sh /bin/sh
      suffix    .sh
      start     {rt} {driver} {dir} {token}
      """;

  private static final String DRIVER =
      """
      dir=$1 mark=$2
      header() { printf '\\036%s%s%d\\n' "$mark" "$1" "$2"; }
      frame() { header "$1" "${#2}"; printf %s "$2"; }
      # type, first line, what to repeat, bytes of that
      large() {
        header "$1" $((${#2} + $4)); printf %s "$2"; yes "$(printf %b "$3")" | tr -d '\\n' | head -c "$4"
      }
      nl='
      '
      exec 5<"$dir/commands"
      while [ -e "$dir/../wait" ]; do sleep 0.02; done
      frame r ''
      while read -r command path <&5; do
        . "$path"
        frame f 0
      done
      """;

  private final ZMQ.Curve.KeyPair keys = ZMQ.Curve.generateKeyPair();
  private Path languages;
  private Path temporary;
  private Path outside;
  private RunnerProcess runner;
  private LinkClient client;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    languages = Files.createDirectories(directory.resolve("languages"));
    temporary = Files.createDirectories(directory.resolve("tmp"));
    outside = Files.writeString(directory.resolve("outside"), "secret");
    Files.writeString(languages.resolve("tiny.language"), LANGUAGE);
    Files.writeString(languages.resolve("tiny.driver.sh"), DRIVER);
    runner = builder(directory).start();
    client = new LinkClient(runner, keys);
    client.hello();
  }

  private RunnerProcess.Builder builder(Path directory) throws IOException {
    return new RunnerProcess.Builder(directory)
        .agent(keys)
        .language("tiny")
        .languages(languages)
        .temporary(temporary)
        .environ("OUTSIDE", outside.toString());
  }

  @AfterAll
  void stop() {
    if (runner != null) {
      client.close();
      runner.close();
    }
  }

  @Test
  void shouldShowHtmlTextAndImages() {
    Result result =
        client.run(
            """
            printf before; frame h '<b>"1"</b>'; printf between
            frame m "text/latex${nl}a\\"\\\\b"
            frame m "image/png${nl}QUJ${nl}D"
            printf abc >"$dir/picture"; frame M "image/png${nl}$dir/picture"
            printf '<svg/>' >"$dir/drawing"; frame M "image/svg+xml${nl}drawing"
            # They are gone as soon as they are shown.
            while [ -e "$dir/picture" ] || [ -e "$dir/drawing" ]; do sleep 0.02; done
            """);
    assertThat(result.stderr()).isEmpty();
    assertThat(result.interleaved())
        .containsExactly(
            "stdout:before",
            "html:<b>\"1\"</b>",
            "stdout:between",
            "media:{\"type\": \"text/latex\", \"data\": \"a\\\"\\\\b\"}"
                + "{\"type\": \"image/png\", \"data\": \"data:image/png;base64,QUJD\"}"
                + "{\"type\": \"image/png\", \"data\": \"data:image/png;base64,YWJj\"}"
                + "{\"type\": \"image/svg+xml\", \"data\": \"<svg/>\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "frame M \"text/plain${nl}$OUTSIDE\"",
        "frame M \"text/plain${nl}../../outside\"",
        "ln -sf \"$OUTSIDE\" \"$dir/link\"; frame M \"text/plain${nl}$dir/link\"",
        "ln -sfn \"${OUTSIDE%/*}\" \"$dir/way\"; frame M \"text/plain${nl}$dir/way/outside\"",
        "frame M \"text/plain${nl}$dir\"",
        "frame M \"text/plain${nl}commands\"; mkfifo \"$dir/commands\"",
        "frame M \"text/plain${nl}missing\"",
        "header M 14; printf 'text/plain\\na\\000b'",
        "frame m 'no type at all'",
        "frame m \"text/\\\"plain${nl}x\"",
      })
  void shouldRefuseWhatIsNoDataOfItsOwn(String frame) throws Exception {
    Result result = client.run(frame + "; echo after");
    assertThat(result.stderr()).startsWith("Expected ");
    assertThat(result.text("media")).isEmpty();
    assertThat(result.stdout()).isEqualTo("after\n");
    assertThat(outside).hasContent("secret");
    // Removing the pipe is the one thing above that the interpreter does not survive.
    if (frame.contains("mkfifo")) {
      client.run("kill -9 $$");
    }
  }

  @ParameterizedTest
  @CsvSource({"h,''", "m,text/plain", "M,text/plain", "m,image/png", "M,image/png"})
  void shouldShowAsMuchAsIsAllowed(String type, String mime) {
    // The data URI of a file is a third longer than the file.
    int bytes = type.equals("M") && mime.equals("image/png") ? MAX_BYTES / 4 * 3 : MAX_BYTES;
    String character = mime.equals("image/png") ? "A" : "\u00e9";
    String line = mime.isEmpty() ? "" : mime + "${nl}";
    Result result =
        client.run(
            type.equals("M")
                ? """
                yes '%s' | tr -d '\\n' | head -c %d >"$dir/large"; frame M "%slarge"; echo after
                """
                    .formatted(character, bytes, line)
                : "large %s \"%s\" '%s' %d; echo after".formatted(type, line, character, bytes));
    assertThat(result.stderr()).isEmpty();
    String shown = result.text(type.equals("h") ? "html" : "media");
    assertThat(shown.length())
        .isGreaterThan(mime.equals("image/png") ? MAX_BYTES : MAX_BYTES / 2 - 1);
    assertThat(shown.indexOf('\uFFFD')).isEqualTo(-1);
    assertThat(result.stdout()).isEqualTo("after\n");
  }

  @ParameterizedTest
  @CsvSource({
    "h,'',\u00e9,8400000",
    "m,text/plain,\u00e9,8400000",
    "m,text/plain,\\0001,8388608",
    "h,'',\u00e9,100000000",
  })
  void shouldDropWhatIsMoreWithASentence(String type, String mime, String text, int bytes) {
    String line = mime.isEmpty() ? "" : mime + "${nl}";
    Result result =
        client.run("large %s \"%s\" '%s' %d; echo after".formatted(type, line, text, bytes));
    assertThat(result.stderr()).contains("was dropped: expected at most 8388608");
    assertThat(result.messages()).noneMatch(m -> List.of("html", "media").contains(m.type()));
    assertThat(result.stdout()).isEqualTo("after\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"c", "f", "w", "r", "x"})
  void shouldBearFramesThatAreFarTooLong(String type) {
    Result result =
        client.run("header %s 8000000; yes ' ' | head -c 8000000; echo after".formatted(type));
    assertThat(result.stdout()).isEqualTo("after\n");
    assertThat(result.exitCode()).isZero();
  }

  @Test
  void shouldEndARunThatWaitsForItsInterpreterByAnInterrupt(@TempDir Path directory)
      throws Exception {
    Path wait = Files.createFile(temporary.resolve("wait"));
    try (RunnerProcess slow = builder(directory).start();
        LinkClient link = new LinkClient(slow, keys)) {
      link.hello();
      String run = link.code("echo never");
      link.send("interrupt", Map.of("run", run), "");
      Result interrupted = link.collect(run);
      assertThat(interrupted.exitCode()).isEqualTo(130);
      assertThat(interrupted.stdout()).isEmpty();
      Files.delete(wait);
      assertThat(link.run("echo now").stdout()).isEqualTo("now\n");
    }
  }
}
