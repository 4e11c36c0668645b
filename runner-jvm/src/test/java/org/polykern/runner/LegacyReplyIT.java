package org.polykern.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.polykern.runner.json.JsonObject;
import org.polykern.runner.json.JsonReader;

/** The oldest protocol: one command of two frames, one answer of one. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class LegacyReplyIT {
  private RunnerProcess runner;
  private LinkClient client;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    runner = new RunnerProcess.Builder(directory).with("legacyReply", true).start();
    client = new LinkClient(runner, null);
  }

  @AfterAll
  void stop() {
    client.close();
    runner.close();
  }

  @Test
  void shouldAnswerWithOneObject() {
    JsonObject reply =
        run("x = 6\nimport sys; print('oops!', file=sys.stderr)\nprint('hé', x * 7)");
    assertThat(reply.members())
        .isEqualTo(
            Map.of(
                "stdout",
                "hé 42\n",
                "stderr",
                "oops!\n",
                "exceptions",
                List.of(),
                "media",
                List.of(),
                "options",
                new JsonObject(Map.of("upload_output_files", true))));
    assertThat(run("x").text("stdout")).isEqualTo("6\n");
  }

  @Test
  void shouldNameTheException() {
    JsonObject reply = run("def f():\n  raise ValueError('no', 1)\nf()");
    assertThat(reply.members().get("exceptions").toString())
        .startsWith("[[ValueError, [('no', 1)], false, Traceback (most recent call last):\n")
        .contains("in f");
    assertThat(run("1 +").members().get("exceptions").toString()).startsWith("[[SyntaxError, ");
  }

  @Test
  void shouldCarryMedia() {
    JsonObject reply =
        run(
            """
            class Both:
                def _repr_html_(self): return '<b>x</b>'
            display(Both())
            """);
    assertThat(reply.members().get("media")).isEqualTo(List.of(List.of("text/html", "<b>x</b>")));
  }

  @Test
  void shouldCutWithAMark() {
    JsonObject reply =
        run("print('\\U0001f600' * 600_000)\nimport sys; print('short', end='', file=sys.stderr)");
    assertThat(reply.text("stdout").substring(2 * 524_287))
        .isEqualTo("\uD83D\uDE00\n[polykern: 75,713 more characters were cut here]\n");
    assertThat(reply.text("stderr")).isEqualTo("short");
  }

  @Test
  void shouldHoldMemoryWhenOutputIsDropped() throws Exception {
    long before = runner.kilobytes("VmRSS");
    assertThat(run("for i in range(2000): print('\\x01' * 50_000)").text("stdout"))
        .endsWith("more characters were cut here]\n");
    assertThat(runner.kilobytes("VmRSS") - before).isLessThan(64 * 1024);
  }

  @Test
  void shouldEndCodeThatAsksForInput() {
    JsonObject reply = run("input('name? ')\nprint('not reached')");
    assertThat(reply.text("stdout")).isEqualTo("name? ");
    assertThat(reply.text("stderr"))
        .contains("this protocol cannot ask")
        .contains("KeyboardInterrupt");
    assertThat(run("1").text("stdout")).isEqualTo("1\n");
  }

  @Test
  void shouldAnswerCommandsInOrder() {
    client.sendPlain("hello", bytes("print('first')"));
    client.sendPlain("any", bytes("print('second')"));
    assertThat(reply().text("stdout")).isEqualTo("first\n");
    assertThat(reply().text("stdout")).isEqualTo("second\n");
  }

  private JsonObject run(String code) {
    client.sendPlain("0123abcd", bytes(code));
    return reply();
  }

  private JsonObject reply() {
    byte[][] frames = client.pollPlain(Duration.ofSeconds(30));
    assertThat(frames).isNotNull();
    assertThat(frames.length).isEqualTo(1);
    return JsonReader.object(frames[0], 16 * 1024 * 1024);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
