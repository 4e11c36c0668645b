package org.polykern.agent.jail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.polykern.common.problem.ProblemException;
import org.polykern.jail.rule.Policy;
import org.polykern.jail.rule.PolicyText;

final class SessionJailsTest {
  private static final JailUsers OWN_RUNNER = new JailUsers(9001, 9001, 9002);
  private static final JailUsers SAME_USER = new JailUsers(1000, 1000, 1000);
  private static final String NO_NET =
      """
      version: polykern/1
      refused_syscalls: [socket]
      """;

  @TempDir Path directory;

  private SessionJails jails(JailMode mode) {
    return SessionJails.open(new JailSettings(mode, directory, directory, null), null);
  }

  private Policy policy(String runtime, @Nullable String ofImage) throws IOException {
    var image = ofImage == null ? null : new ImagePolicy(ofImage);
    var jail = jails(JailMode.ENFORCE).of(runtime, "image", image, OWN_RUNNER).orElseThrow();
    return PolicyText.read((String) jail.description().get("policy"));
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(directory.resolve(name), text);
  }

  @Test
  void shouldPreferTheOperatorThenTheImageThenTheShippedPolicy() throws Exception {
    var ofImage = "version: polykern/1\nname: of-image\n";
    assertThat(policy("python", null).name()).isEqualTo("python");
    assertThat(policy("cobol", null).name()).isEqualTo("cobol");
    assertThat(policy("python", ofImage).name()).isEqualTo("of-image");
    write("default.yml", "version: polykern/1\nname: of-operator\n");
    assertThat(policy("python", ofImage).name()).isEqualTo("of-operator");
    write("python.yml", NO_NET + "name: operators-python\n");
    assertThat(policy("python", ofImage).name()).isEqualTo("operators-python");
    assertThat(policy("ruby", ofImage).name()).isEqualTo("of-operator");
    assertThat(policy("../python", null).name()).isEqualTo("of-operator");
  }

  @Test
  void shouldTellTheRunnerOfCallsOnlyWherePlugInsAreAsked() throws Exception {
    assertThat(policy("python", null))
        .satisfies(policy -> assertThat(policy.rules()).isEmpty())
        .satisfies(policy -> assertThat(policy.allowed()).isEmpty());
    write("python.yml", "version: polykern/1\ntraced_syscalls: [socket]\n");
    assertThat(policy("python", null).rules()).hasSize(1);
  }

  @Test
  void shouldTellTheRunnerWhatItNeeds() throws Exception {
    var jail = jails(JailMode.ENFORCE).of("python", "image", null, OWN_RUNNER).orElseThrow();
    assertThat(jail.description())
        .containsEntry("mode", "m2")
        .containsEntry("uid", 9001)
        .containsEntry("gid", 9001);
    assertThat((String) jail.description().get("launch"))
        .startsWith("policy python\nfilter ")
        .contains("\nmax-processes ", "\nmessages\n")
        .doesNotContain("watch");
    var same = jails(JailMode.WATCH).of("python", "image", null, SAME_USER).orElseThrow();
    assertThat(same.description()).containsEntry("mode", "m1").doesNotContainKeys("uid", "gid");
    assertThat((String) same.description().get("launch")).contains("\nwatch\n");
    assertThat(jails(JailMode.OFF).of("python", "image", null, OWN_RUNNER)).isEmpty();
  }

  @Test
  void shouldNotLetAnImageWidenWhatItsProgramsMayDo() {
    assertThatThrownBy(() ->
            policy(
                "python",
                "version: polykern/1\n# no allow_debug\nlifted_syscalls: [bpf]\nallow_debug:"
                    + " true\n"))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("/etc/backend.ai/jail/policy.yml:3: ")
        .hasMessageContaining("lifted_syscalls")
        .hasMessageContaining("/etc/backend.ai/jail/policy.yml:4: ")
        .hasMessageContaining("session of image");
  }

  @Test
  void shouldLeaveTheEnvironmentToTheOperator() throws Exception {
    var policy = policy("python", "preserved_env_keys: [HOME]\nextra_envs: ['A=b=c']\n");
    assertThat(policy.environment().keepAll()).isTrue();
    assertThat(policy.environment().set()).containsEntry("A", "b=c");
  }

  @Test
  void shouldRefuseAnImageWithABrokenPolicy() {
    assertThatThrownBy(() -> policy("python", "version: polykern/1\nrefused_syscalls: [sokcet]\n"))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("policy.yml:2: ")
        .hasMessageContaining("'socket'");
    assertThatThrownBy(
            () -> jails(JailMode.ENFORCE).of("python", "image", new ImagePolicy(null), OWN_RUNNER))
        .hasMessageContaining("no file of at most 1 MiB");
  }

  @Test
  void shouldRefuseToStartWithABrokenPolicyOfTheOperator() throws Exception {
    write("ruby.yml", "version: polykern/1\nnaem: x\n");
    write("zsh.yml", "version: polykern/1\nerrno: EPREM\n");
    assertThatThrownBy(() -> jails(JailMode.ENFORCE))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("ruby.yml:2: ")
        .hasMessageContaining("'name'")
        .hasMessageContaining("zsh.yml:2: ")
        .hasMessageContaining("'EPERM'");
  }

  @Test
  void shouldReadTheOperatorsFileAgainForEverySession() throws Exception {
    var jails = jails(JailMode.ENFORCE);
    write("python.yml", NO_NET);
    assertThat(jails.of("python", "image", null, OWN_RUNNER)).isPresent();
    write("python.yml", "version: polykern/1\nrefused_syscalls: 7\n");
    assertThatThrownBy(() -> jails.of("python", "image", null, OWN_RUNNER))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("python.yml:2: ");
  }

  @Test
  void shouldNameASettingWhoseDirectoryIsMissing() {
    var gone = directory.resolve("gone");
    assertThatThrownBy(
            () -> SessionJails.open(new JailSettings(JailMode.OFF, gone, gone, null), null))
        .hasMessageContaining("jail-policies")
        .hasMessageContaining(gone + " does not exist");
    assertThatThrownBy(
            () -> SessionJails.open(new JailSettings(JailMode.OFF, gone, null, gone), null))
        .hasMessageContaining("jail-plugins");
  }

  @Test
  void shouldNeverStartUnjailedInSilence() {
    var settings = new JailSettings(JailMode.ENFORCE, directory, null, null);
    assertThatThrownBy(() -> SessionJails.open(settings, "ptrace is forbidden"))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("ptrace is forbidden")
        .hasMessageContaining("jail = \"off\"");
    assertThat(JailHome.at(directory).obstacle()).contains("pk-jail");
  }

  @Test
  void shouldGiveThePluginsOfTheOperator() throws Exception {
    write("b.jar", "not a jar: left out by the runner, and told in the log");
    write("notes.txt", "");
    var jails =
        SessionJails.open(new JailSettings(JailMode.ENFORCE, directory, null, directory), null);
    assertThat(jails.of("python", "image", null, OWN_RUNNER).orElseThrow().plugins())
        .containsExactly(directory.resolve("b.jar"));
  }
}
