package org.polykern.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./polykern jail}: it needs no server, and starts none. */
class JailIT {
  private static final String CONNECT =
      "import socket; socket.create_connection((\"127.0.0.1\", 80))";

  @TempDir Path directory;

  @Test
  void shouldRefuseTheNetworkWithoutAServer() throws Exception {
    Path data = directory.resolve("data");
    String err =
        jail(
            Map.of("POLYKERN_DATA", data.toString(), "BACKEND_ENDPOINT", ""),
            1,
            List.of("run", "--policy", "deny-net.yml", "--", "python3", "-c", CONNECT));
    assertThat(err).contains("jail: socket(2) is not allowed by policy 'deny-net'\n");
    assertThat(data).doesNotExist();
  }

  @Test
  void shouldLeaveTheProgramsVariablesAsTheyWere() throws Exception {
    // The launcher needs a JDK and a locale of its own.
    String script =
        "import os, sys; sys.exit(0 if os.environ['LC_ALL'] == 'C'"
            + " and os.environ['JAVA_HOME'] == '/somewhere/else'"
            + " and os.fsencode(sys.argv[1]) == b'\\xc3\\xa9' else 9)";
    jail(
        Map.of("LC_ALL", "C", "JAVA_HOME", "/somewhere/else"),
        0,
        List.of("run", "--", "python3", "-c", script, "$(printf '\\303\\251')"));
  }

  /** What it wrote to its standard error. Words that begin with $( are the shell's. */
  private String jail(Map<String, String> environment, int exitCode, List<String> args)
      throws IOException, InterruptedException {
    StringBuilder line = new StringBuilder("exec \"$0\" jail");
    for (String arg : args) {
      line.append(' ').append(arg.startsWith("$(") ? arg : "'" + arg.replace("'", "'\\''") + "'");
    }
    Path err = directory.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(
                "sh", "-c", line.toString(), Repository.root().resolve("polykern").toString())
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(directory.resolve("out").toFile())
            .redirectError(err.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    assertThat(process.waitFor(300, TimeUnit.SECONDS)).as("the command ends").isTrue();
    String said = Files.readString(err, StandardCharsets.UTF_8);
    assertThat(process.exitValue()).as(said).isEqualTo(exitCode);
    return said;
  }
}
