package org.polykern.jail.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.polykern.jail.rule.CallAction;
import org.polykern.jail.rule.Policy;

class PluginJarsTest {
  @TempDir private Path directory;

  @Test
  void shouldAskAJudgeFromAJar() throws IOException {
    plugin("Ports", 1, "return CallAction.refuse(call.arguments().get(1) == 80L ? 13 : 1);");
    try (PluginJars jars = PluginJars.load(directory)) {
      assertThat(jars.broken()).isEmpty();
      assertThat(jars.plugins()).extracting(JailPolicyPlugin::name).containsExactly("Ports");
      CallJudge judge = jars.plugins().getFirst().judge(Policy.DEFAULT).guarded();
      assertThat(judge.decide(asked(80))).isEqualTo(CallAction.refuse(13));
      assertThat(judge.decide(asked(81))).isEqualTo(CallAction.refuse(1));
    }
  }

  @Test
  void shouldRefuseWhereTheJudgeFails() throws IOException {
    plugin("Failing", 1, "throw new IllegalStateException(\"no idea\");");
    plugin("Silent", 1, "return null;");
    plugin("Odd", 1, "return CallAction.Plain.LOG;");
    plugin("Kind", 1, "return CallAction.Plain.ALLOW;");
    try (PluginJars jars = PluginJars.load(directory)) {
      assertThat(jars.plugins())
          .extracting(
              plugin -> plugin.name() + plugin.judge(Policy.DEFAULT).guarded().decide(asked(1)))
          .containsExactly(
              "FailingRefuse[errno=1]", "KindALLOW", "OddRefuse[errno=1]", "SilentRefuse[errno=1]");
    }
  }

  @Test
  void shouldReportBrokenJarsAndKeepTheOthers() throws IOException {
    plugin("Good", 1, "return CallAction.Plain.ALLOW;");
    plugin("Newer", 2, "return CallAction.Plain.ALLOW;");
    Files.writeString(directory.resolve("torn.jar"), "no jar");
    jar(directory.resolve("unknown.jar"), "some.Missing", null);
    jar(directory.resolve("useless.jar"), null, null);
    try (PluginJars jars = PluginJars.load(directory)) {
      assertThat(jars.plugins()).extracting(JailPolicyPlugin::name).containsExactly("Good");
      assertThat(jars.broken())
          .extracting(broken -> broken.jar().getFileName().toString())
          .containsExactly("Newer.jar", "torn.jar", "unknown.jar", "useless.jar");
      assertThat(jars.broken().getFirst().sentence())
          .isEqualTo("Expected a plug-in of version 1, but Newer is of version 2.");
    }
  }

  @Test
  void shouldHideEverythingButTheInterface() throws IOException {
    plugin(
        "Curious",
        1,
        """
        try {
          Class.forName("org.polykern.jail.policy.PolicyFile", false, Curious.class.getClassLoader());
          return CallAction.Plain.KILL;
        } catch (ClassNotFoundException e) {
          return CallAction.Plain.ALLOW;
        }
        """);
    try (PluginJars jars = PluginJars.load(directory)) {
      assertThat(jars.plugins().getFirst().judge(Policy.DEFAULT).decide(asked(1)))
          .isEqualTo(CallAction.Plain.ALLOW);
    }
  }

  @Test
  void shouldFindNothingWhereThereIsNothing() throws IOException {
    try (PluginJars jars = PluginJars.load(directory.resolve("missing"))) {
      assertThat(jars.plugins()).isEmpty();
      assertThat(jars.broken()).isEmpty();
    }
  }

  private static CallJudge.Asked asked(long second) {
    return new CallJudge.Asked(7, "prog", "connect", List.of(0L, second, 0L, 0L, 0L, 0L));
  }

  private void plugin(String name, int version, String body) throws IOException {
    Path source = Files.createDirectories(directory.resolve("src")).resolve(name + ".java");
    Files.writeString(
        source,
        """
        import org.polykern.jail.plugin.*;
        import org.polykern.jail.rule.*;
        public class %s implements JailPolicyPlugin, CallJudge {
          public int version() { return %d; }
          public String name() { return "%s"; }
          public CallJudge judge(Policy policy) { return this; }
          public CallAction decide(Asked call) { %s }
        }
        """
            .formatted(name, version, name, body));
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
    jar(directory.resolve(name + ".jar"), name, source.resolveSibling(name + ".class"));
  }

  private static void jar(Path jar, String service, Path compiled) throws IOException {
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file)) {
      if (service != null) {
        out.putNextEntry(new ZipEntry("META-INF/services/" + JailPolicyPlugin.class.getName()));
        out.write(service.getBytes(StandardCharsets.UTF_8));
      }
      if (compiled != null) {
        out.putNextEntry(new ZipEntry(service + ".class"));
        Files.copy(compiled, out);
      }
      if (service == null) {
        out.putNextEntry(new ZipEntry("empty"));
      }
    }
  }
}
