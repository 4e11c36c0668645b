package org.polykern.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.polykern.runner.LinkClient.Message;
import org.polykern.runner.LinkClient.Result;
import org.zeromq.ZMQ;

/** Languages whose snippets are compiled and run, through the whole daemon. */
@Timeout(120)
class SnippetLanguageIT {
  private static final String C_STARTS = "#include <stdio.h>\n#include <unistd.h>\n";

  @TempDir Path directory;
  private final ZMQ.Curve.KeyPair keys = ZMQ.Curve.generateKeyPair();
  private RunnerProcess runner;
  private LinkClient client;

  static List<CompiledSample> samples() {
    return CompiledSample.all();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void shouldCompileRunAskAndInterrupt(CompiledSample sample) throws Exception {
    assumeProgram(sample.program());
    start(sample.name());
    Set<Path> before = privateDirectories();

    String asking = client.code(sample.asks());
    client.awaitText("name? ");
    Message waiting = client.next("waiting-input");
    assertThat(waiting.body()).isEqualTo("{\"is_password\": false}");
    client.send("input", Map.of("run", asking), "Ann");
    Result asked = client.collect(asking);
    assertThat(asked.stdout()).isEqualTo("hi Ann\n");
    assertThat(asked.stderr()).isEmpty();
    assertThat(asked.exitCode()).isEqualTo(3);

    Result wrong = client.run(sample.wrong());
    assertThat(wrong.exitCode()).isEqualTo(sample.name().equals("golang") ? 2 : 1);
    assertThat(wrong.stderr()).contains("main.");
    assertThat(wrong.stdout()).isEmpty();

    String looping = client.code(sample.loops());
    client.awaitText("go\n");
    client.send("interrupt", Map.of("run", looping), "");
    // Go's runtime has its own handler for this signal and exits with 2.
    assertThat(client.collect(looping).exitCode()).isIn(130L, 2L);

    assertThat(privateDirectories()).isEqualTo(before);
    assertThat(runner.work()).isDirectoryNotContaining("glob:**main*");
  }

  @Test
  void shouldSeeFilesOfTheWorkDirectory() throws Exception {
    start("c");
    Files.writeString(runner.work().resolve("answer.h"), "#define ANSWER 42\n");
    Result result =
        client.run(
            C_STARTS
                + "#include \"answer.h\"\n#include <math.h>\n"
                + "int main(){printf(\"%d %.0f\",ANSWER,sqrt(ANSWER*42.0));"
                + "return access(\"answer.h\",F_OK);}");
    assertThat(result.stderr()).isEmpty();
    assertThat(result.stdout()).isEqualTo("42 42");
    assertThat(result.exitCode()).isZero();
    Result wrong = client.run("int main() { return x; }");
    assertThat(wrong.stderr()).startsWith("main.c: In function").contains("main.c:1:21: error");
  }

  @Test
  void shouldSayHowAProgramCrashed() throws Exception {
    start("c");
    Result result = client.run("int main() { *(volatile int *) 1 = 2; }");
    assertThat(result.exitCode()).isEqualTo(128 + 11);
    assertThat(result.stderr()).isEqualTo("Segmentation fault\n");
  }

  @Test
  void shouldInterruptChildrenAndAskWhileTheyRead() throws Exception {
    start("c");
    String run =
        client.code("#include <stdlib.h>\nint main() { system(\"cat\"); return system(\"cat\"); }");
    client.next("waiting-input");
    client.send("interrupt", Map.of("run", run), "");
    // system(3) protects its caller from this signal, hence the second child and the repetition.
    client.next("waiting-input");
    client.send("interrupt", Map.of("run", run), "");
    assertThat(client.collect(run).exitCode()).isEqualTo(128 + 15);
  }

  @Test
  void shouldEndItsInputWhenAsked() throws Exception {
    start("c");
    String run =
        client.code("#include <stdlib.h>\nint main() { return system(\"cat; echo end\"); }");
    client.next("waiting-input");
    client.send("input", Map.of("run", run), "a line");
    client.next("stdout");
    client.send("input", Map.of("run", run, "eof", true), "");
    Result result = client.collect(run);
    assertThat(result.stdout()).isEqualTo("end\n");
    assertThat(result.exitCode()).isZero();
  }

  @Test
  void shouldTakeAnySource() throws Exception {
    start("c");
    byte[] binary = {'{', '}', '\n', (byte) 0xff, 0, 'x'};
    client.sendPlain(
        "code", concat("{\"run\":\"binary\"}\n".getBytes(StandardCharsets.UTF_8), binary));
    Result broken = client.collect("binary");
    assertThat(broken.exitCode()).isEqualTo(1);
    assertThat(broken.stderr()).contains("main.c");
    String large = "//" + "x".repeat(78) + "\n";
    Result result = client.run(large.repeat(128 * 1024) + "int main() { return 9; }");
    assertThat(result.exitCode()).isEqualTo(9);
  }

  @Test
  void shouldFlagGetpass() throws Exception {
    start("c");
    String run =
        client.code(
            C_STARTS + "int main(){printf(\"Dear user\\n\");puts(getpass(\"The secret> \"));}");
    client.awaitText("The secret> ");
    assertThat(client.next("waiting-input").body()).isEqualTo("{\"is_password\": true}");
    client.send("input", Map.of("run", run), "sesame");
    assertThat(client.collect(run).stdout()).isEqualTo("sesame\n");
  }

  @Test
  void shouldNameTheMissingCompiler() throws Exception {
    launch(
        new RunnerProcess.Builder(directory).with("runtime", "c").with("runtimePath", "/no/gcc"));
    Result result = client.run("int main() {}");
    assertThat(result.exitCode()).isEqualTo(127);
    assertThat(result.stderr())
        .isEqualTo(
            "C snippets cannot be run: expected an executable at /no/gcc, but there is none.\n");
    client.send("complete", Map.of("id", "1"), "{\"code\":\"pri\"}");
    assertThat(client.next("completion").body()).isEqualTo("{\"suggestions\": []}");
  }

  @Test
  void shouldRemoveItsFilesWhenItIsStopped() throws Exception {
    start("c");
    Set<Path> before = privateDirectories();
    client.code(C_STARTS + "int main(){puts(\"up\");fflush(stdout);for(;;)pause();}");
    client.awaitText("up");
    assertThat(privateDirectories()).isNotEqualTo(before);
    client.send("shutdown", Map.of(), "");
    assertThat(runner.awaitExit()).isZero();
    assertThat(privateDirectories()).isEqualTo(before);
  }

  @AfterEach
  void stop() {
    if (client != null) {
      client.close();
      runner.close();
    }
  }

  private void start(String runtime) throws Exception {
    launch(
        new RunnerProcess.Builder(directory)
            .with("runtime", runtime)
            .with("runtimePath", null)
            .environ("LD_PRELOAD", stdioLibrary()));
  }

  private void launch(RunnerProcess.Builder builder) throws Exception {
    runner = builder.agent(keys).start();
    client = new LinkClient(runner, keys);
    client.hello();
  }

  /** The library of a kernel home, which these tests do without. */
  private String stdioLibrary() throws Exception {
    Path library = directory.resolve("libpk-stdio.so");
    Process compiler =
        new ProcessBuilder(
                "gcc",
                "-O2",
                "-Wall",
                "-Wextra",
                "-Werror",
                "-shared",
                "-fPIC",
                "-nostdlib",
                "-fno-stack-protector",
                "-o",
                library.toString(),
                "src/kernel/pk-stdio.c")
            .inheritIO()
            .start();
    assertThat(compiler.waitFor()).isZero();
    return library.toString();
  }

  private static Set<Path> privateDirectories() throws IOException {
    Set<Path> found = new HashSet<>();
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(temporary, "pk-*")) {
      for (Path entry : entries) {
        if (Files.exists(entry.resolve("main.c")) || Files.exists(entry.resolve("main"))) {
          found.add(entry);
        }
      }
    }
    return found;
  }

  private static void assumeProgram(String name) {
    boolean there =
        Arrays.stream(System.getenv("PATH").split(":", -1))
            .anyMatch(entry -> Files.isExecutable(Path.of(entry, name)));
    if (System.getenv("POLYKERN_REQUIRE_LANGUAGES") == null) {
      assumeTrue(there, name + " is not on the PATH");
    }
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
