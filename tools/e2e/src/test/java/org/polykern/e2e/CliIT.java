package org.polykern.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.polykern.cli.client.ApiClient;
import org.polykern.e2e.Product.Result;
import org.polykern.e2e.Product.Running;

/** The product through its own command line. */
@ExtendWith(SharedProduct.class)
class CliIT {
  @TempDir Path directory;
  private Product product;
  private String name;

  @BeforeEach
  void use(Product shared, TestInfo test) {
    product = shared;
    name = "cli-" + test.getTestMethod().orElseThrow().getName().toLowerCase(java.util.Locale.ROOT);
    name = name.substring(0, Math.min(60, name.length()));
  }

  @AfterEach
  void remove() {
    Result ignored = product.cli("rm", "--force", name);
    assertThat(ignored.exitCode()).isIn(0, 3);
  }

  @Test
  void shouldRunCodeAndLeaveNothingBehind() throws IOException {
    Result result = product.cli("run", "-c", "print(6*7)", "python");
    assertThat(result).isEqualTo(new Result(0, "42\n", ""));
    assertThat(names("run-")).isEmpty();
  }

  @Test
  void shouldMirrorTheExitCode() {
    assertThat(product.cli("run", "--name", name, "-c", "import sys; sys.exit(7)", "python"))
        .isEqualTo(new Result(7, "", ""));
    Result failed = product.cli("exec", name, "-c", "print('before'); 1/0");
    assertThat(failed.exitCode()).isEqualTo(1);
    assertThat(failed.out()).isEqualTo("before\n");
    assertThat(failed.err()).contains("ZeroDivisionError");
  }

  @Test
  void shouldKeepVariablesInANamedSession() {
    assertThat(product.cli("run", "--name", name, "-c", "x = 20", "python").exitCode()).isZero();
    assertThat(product.cli("run", "--name", name, "-c", "x += 1", "python").exitCode()).isZero();
    assertThat(product.cli("exec", name, "-c", "print(x * 2)").out()).isEqualTo("42\n");
    Result again = product.cli("run", "--name", name, "--no-reuse", "-c", "1", "python");
    assertThat(again.exitCode()).isEqualTo(3);
    assertThat(again.err()).contains("already exists").contains("hint: ");
  }

  @Test
  void shouldGiveEnvironmentAndResources() {
    Result result =
        product.cli(
            "run",
            "--name",
            name,
            "-e",
            "GREETING=hi there",
            "-r",
            "cpu=1",
            "-r",
            "mem=256m",
            "-c",
            "import os; print(os.environ['GREETING'])",
            "python");
    assertThat(result).isEqualTo(new Result(0, "hi there\n", ""));
    assertThat(product.cli("info", name).out()).contains("occupiedSlots").contains("cpu");
  }

  @Test
  void shouldAnswerQuestionsFromStandardInput() {
    Result result =
        product.cliWithInput(
            "Ada\nLovelace\n",
            "run",
            "--name",
            name,
            "-c",
            "print(input('First? ') + ' ' + input('Last? '))",
            "python");
    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).endsWith("Ada Lovelace\n").contains("First? ");
  }

  @Test
  void shouldReadCodeFromStandardInput() {
    assertThat(product.cliWithInput("print('piped')\n", "run", "--name", name, "python", "-"))
        .isEqualTo(new Result(0, "piped\n", ""));
  }

  @Test
  void shouldUploadRunAndDownloadFiles() throws IOException {
    Path main = Files.writeString(directory.resolve("main.py"), "import part\npart.write()\n");
    Path part =
        Files.writeString(
            directory.resolve("part.py"),
            "def write():\n    open('made.txt', 'w').write('from part')\n    print('ok')\n");
    Result result = product.cli("run", "--name", name, "python", main.toString(), part.toString());
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out()).isEqualTo("ok\n");
    // The default build says that it had nothing to do, as the batch mode of the API promises.
    assertThat(result.err())
        .isEqualTo(
            "There is neither setup.py nor pyproject.toml in /home/work: nothing was built.\n");
    assertThat(product.cli("ls", name).out()).contains("main.py", "part.py", "made.txt");
    Result download = product.cli("download", name, "made.txt", "-o", directory.toString());
    assertThat(download.exitCode()).isZero();
    assertThat(directory.resolve("made.txt")).hasContent("from part");
    assertThat(product.cli("download", name, "gone.txt", "-o", directory.toString()).exitCode())
        .isEqualTo(3);
  }

  @Test
  void shouldSpeakJson() throws IOException {
    JsonNode run = json(product.cli("run", "--json", "--name", name, "-c", "print(1)", "python"));
    assertThat(run.path("exitCode").asInt(-1)).isZero();
    assertThat(run.path("console").toString()).isEqualTo("[[\"stdout\",\"1\\n\"]]");
    assertThat(json(product.cli("info", "--json", name)).path("status").asText())
        .isEqualTo("RUNNING");
    assertThat(json(product.cli("config", "--json")).path("endpoint").asText())
        .isEqualTo(product.config().endpoint().toString());
    JsonNode error = json(product.cli("info", "--json", "no-such-session")).path("error");
    assertThat(error.path("status").asInt()).isEqualTo(404);
  }

  @Test
  void shouldShowLogsAndInterruptAndRestart() {
    assertThat(product.cli("start", "--name", name, "python").out()).isEqualTo(name + "\n");
    assertThat(product.cli("logs", name).exitCode()).isZero();
    Running sleeping =
        product.background(
            "exec", name, "-c", "import time; print('on', flush=True); time.sleep(600)");
    await().atMost(Duration.ofSeconds(30)).until(() -> sleeping.out().text().equals("on\n"));
    assertThat(product.cli("interrupt", name).exitCode()).isZero();
    Result stopped = sleeping.await(Duration.ofSeconds(30));
    assertThat(stopped.exitCode()).isNotZero();
    assertThat(stopped.err()).contains("KeyboardInterrupt");
    assertThat(product.cli("exec", name, "-c", "y = 1; open('kept', 'w').close()").exitCode())
        .isZero();
    assertThat(product.cli("restart", name).exitCode()).isZero();
    Result after = product.cli("exec", name, "-c", "import os; print(os.listdir()); y");
    assertThat(after.out()).contains("'kept'");
    assertThat(after.err()).contains("NameError");
  }

  @Test
  void shouldStopOnCtrlC() {
    Running sleeping =
        product.background(
            "run",
            "--name",
            name,
            "-c",
            "import time; print('on', flush=True); time.sleep(600)",
            "python");
    await().atMost(Duration.ofSeconds(60)).until(() -> sleeping.out().text().equals("on\n"));
    signal("INT", sleeping.process().pid());
    Result stopped = sleeping.await(Duration.ofSeconds(30));
    assertThat(stopped.exitCode()).isEqualTo(130);
    assertThat(stopped.err()).contains("Interrupting").contains("KeyboardInterrupt");
    assertThat(product.cli("exec", name, "-c", "print('still here')").out())
        .isEqualTo("still here\n");
  }

  @Test
  void shouldRemoveSessions() throws IOException {
    product.cli("start", "--name", name, "python");
    assertThat(names(name)).contains(name);
    assertThat(product.cli("rm", name)).isEqualTo(new Result(0, name + "\n", ""));
    assertThat(names(name)).doesNotContain(name);
    Result again = product.cli("rm", name);
    assertThat(again.exitCode()).isEqualTo(3);
    assertThat(again.err()).startsWith("error: " + name + ": No such session");
  }

  @Test
  void shouldNameNearImages() {
    Result result = product.cli("run", "-c", "1", "pyhton");
    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.err().lines().findFirst().orElseThrow())
        .startsWith("error: ")
        .contains("pyhton", "python");
  }

  @Test
  void shouldRefuseWhatNoAgentHas() {
    Result memory = product.cli("run", "-r", "mem=900t", "-c", "1", "python");
    assertThat(memory.exitCode()).isEqualTo(3);
    assertThat(memory.err()).startsWith("error: ").contains("mem");
    Result slot = product.cli("run", "-r", "unobtainium=1", "-c", "1", "python");
    assertThat(slot.exitCode()).isEqualTo(3);
    assertThat(slot.err()).startsWith("error: ").contains("unobtainium");
  }

  @Test
  void shouldServeThePlainUserApartFromTheAdministrator() {
    product.cli("start", "--name", name, "python");
    assertThat(product.cliAsUser("run", "-c", "print('mine')", "python").out()).isEqualTo("mine\n");
    assertThat(product.cliAsUser("info", name).exitCode()).isEqualTo(3);
  }

  @Test
  void shouldSayThatASecondUpHasNothingToDo() {
    Result again = product.up();
    assertThat(again.out() + again.err()).contains("running already");
    assertThat(product.launcher("status").exitCode()).isZero();
  }

  private java.util.List<String> names(String prefix) throws IOException {
    return json(product.cli("ps", "--json", prefix)).findValuesAsText("name");
  }

  private static JsonNode json(Result result) throws IOException {
    return ApiClient.JSON.readTree(result.out());
  }

  /** To the script's process and, since the script may not pass it on, to its children. */
  private static void signal(String signal, long pid) {
    ProcessHandle script = ProcessHandle.of(pid).orElseThrow();
    java.util.stream.Stream.concat(script.descendants(), java.util.stream.Stream.of(script))
        .forEach(process -> kill(signal, process.pid()));
  }

  private static void kill(String signal, long pid) {
    try {
      new ProcessBuilder("kill", "-" + signal, String.valueOf(pid)).start().waitFor();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
