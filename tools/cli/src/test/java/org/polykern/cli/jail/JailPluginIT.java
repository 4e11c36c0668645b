package org.polykern.cli.jail;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.polykern.cli.jail.JailProcess.Ended;
import org.polykern.jail.plugin.JailPolicyPlugin;

/** Policies in Java decide about a real program. */
class JailPluginIT {
  private static final String SCRIPT =
      """
      import os
      for which in (0, 1):
        try:
          print(os.getpriority(which, 0) is not None)
        except OSError as e:
          print(e.errno)
      """;

  @TempDir Path directory;

  @BeforeEach
  void write() throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createDirectory(directory.resolve("jars"));
    Files.writeString(
        directory.resolve("asking.yml"), "version: polykern/1\ntraced_syscalls: [getpriority]\n");
  }

  @Test
  void shouldAskEveryPluginAndTakeTheFirstRefusal() throws Exception {
    plugin("Agreeing", "return CallAction.Plain.ALLOW;");
    plugin(
        "Choosing",
        "return call.arguments().get(0) == 0 ? CallAction.Plain.ALLOW : CallAction.refuse(13);");
    Ended ended =
        JailProcess.run(
            directory,
            "run",
            "--policy",
            "asking.yml",
            "--plugins",
            "jars",
            "--",
            "python3",
            "-c",
            SCRIPT);
    assertThat(ended.out()).isEqualTo("True\n13\n");
    assertThat(ended.exitCode()).isZero();
  }

  @Test
  void shouldRefuseWhereNobodyAnswersAndSaySo() throws Exception {
    Files.writeString(directory.resolve("jars/torn.jar"), "no jar");
    Ended ended =
        JailProcess.run(
            directory,
            "run",
            "-p",
            "asking.yml",
            "--plugins",
            "jars",
            "--",
            "python3",
            "-c",
            SCRIPT);
    assertThat(ended.out()).isEqualTo("1\n1\n");
    assertThat(ended.err())
        .contains("warning: ", "torn.jar is left out", "asks plug-ins, but there are none");
    Ended wrong =
        JailProcess.run(
            directory, "run", "-p", "asking.yml", "--plugins", "nowhere", "--", "echo", "ran");
    assertThat(wrong.exitCode()).isEqualTo(2);
    assertThat(wrong.out()).isEmpty();
  }

  private void plugin(String name, String body) throws IOException {
    Path source = Files.createDirectories(directory.resolve("src")).resolve(name + ".java");
    Files.writeString(
        source,
        """
        import org.polykern.jail.plugin.*;
        import org.polykern.jail.rule.*;
        public class %s implements JailPolicyPlugin, CallJudge {
          public int version() { return 1; }
          public String name() { return "%s"; }
          public CallJudge judge(Policy policy) { return this; }
          public CallAction decide(Asked call) { %s }
        }
        """
            .formatted(name, name, body));
    int result =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-cp",
                System.getProperty("java.class.path"),
                source.toString());
    assertThat(result).isZero();
    try (OutputStream file = Files.newOutputStream(directory.resolve("jars/" + name + ".jar"));
        JarOutputStream out = new JarOutputStream(file)) {
      out.putNextEntry(new ZipEntry("META-INF/services/" + JailPolicyPlugin.class.getName()));
      out.write(name.getBytes(StandardCharsets.UTF_8));
      out.putNextEntry(new ZipEntry(name + ".class"));
      Files.copy(source.resolveSibling(name + ".class"), out);
    }
  }
}
