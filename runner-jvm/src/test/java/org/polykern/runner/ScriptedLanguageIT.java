package org.polykern.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.zeromq.ZMQ;

/** A language with a driver of its own, as a user sees it, through the whole daemon. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class ScriptedLanguageIT {
  private final ZMQ.Curve.KeyPair keys = ZMQ.Curve.generateKeyPair();
  private RunnerProcess runner;
  private LinkClient client;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    InstalledPrograms.require("lua5.4");
    runner = new RunnerProcess.Builder(directory).agent(keys).language("lua").start();
    client = new LinkClient(runner, keys);
    client.hello();
  }

  @AfterAll
  void stop() {
    if (runner != null) {
      client.close();
      runner.close();
    }
  }

  @Test
  void shouldPrintAndKeepGlobals() {
    assertThat(client.run("print(6*7)").interleaved()).containsExactly("stdout:42\n");
    assertThat(client.run("a = 20 function f(x) return x + a end").messages()).hasSize(1);
    assertThat(client.run("f(1)").stdout()).isEqualTo("21\n");
  }
}
