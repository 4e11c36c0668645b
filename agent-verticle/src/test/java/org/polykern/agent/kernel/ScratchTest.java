package org.polykern.agent.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.polykern.agent.backend.ImageRuntime;
import org.polykern.agent.backend.KernelDirs;
import org.polykern.agent.backend.RunnerPlace;
import org.polykern.agent.jail.JailUsers;
import org.polykern.agent.jail.SessionJail;
import org.polykern.agent.runnerlink.LinkKeys;
import org.polykern.common.id.KernelId;

final class ScratchTest {
  private static final JailUsers USERS = new JailUsers(9001, 9003, 9002);

  @TempDir Path root;

  private KernelDirs prepare(JailUsers users, boolean root, @Nullable SessionJail jail)
      throws IOException {
    var dirs = new KernelDirs(this.root.resolve("kernel"));
    var record =
        KernelRecord.accepted(Parts.spec(KernelId.random(), "image", 1 << 20), 1, Instant.MAX)
            .with(
                new ImageRuntime("image", "python", null, Map.of()),
                List.of(),
                LinkKeys.generate());
    new Scratch(users, root)
        .prepare(dirs, record, new RunnerPlace("b", 1, 2, 3, "/h", "/c", "/w", "/r"), jail);
    return dirs;
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  /** Mode, user and group. */
  private static String owned(Path file) throws IOException {
    return "%s %s:%s"
        .formatted(
            mode(file), Files.getAttribute(file, "unix:uid"), Files.getAttribute(file, "unix:gid"));
  }

  private static boolean isRoot() throws IOException {
    return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
  }

  @Test
  void shouldKeepTheRunnersFilesFromPrograms() throws Exception {
    org.junit.jupiter.api.Assumptions.assumeTrue(isRoot(), "Left out: only root gives files away");
    var dirs = prepare(USERS, true, new SessionJail(Map.of("mode", "m2"), List.of()));
    assertThat(owned(dirs.config().resolve("runner.json"))).isEqualTo("r-------- 9002:9003");
    assertThat(owned(dirs.run())).isEqualTo("rwx------ 9002:9003");
    assertThat(owned(dirs.config())).isEqualTo("rwxr-x--- 0:9003");
    assertThat(owned(dirs.config().resolve("environ.txt"))).isEqualTo("rw-r----- 0:9003");
    assertThat(owned(dirs.config().resolve("resource.txt"))).isEqualTo("rw-r----- 0:9003");
    assertThat(owned(dirs.work())).isEqualTo("rwxr-xr-x 9001:9003");
    assertThat(owned(dirs.work().resolve("id_container"))).isEqualTo("rw------- 9001:9003");
    assertThat(Files.readString(dirs.passwd()))
        .contains("work:x:9001:9003:", "runner:x:9002:9003:");
  }

  @Test
  void shouldTellTheRunnerItsJailAndCopyPlugins() throws Exception {
    var jar = Files.writeString(root.resolve("plug.jar"), "jar");
    var own = new JailUsers(9001, 9001, 9001);
    var dirs = prepare(own, false, new SessionJail(Map.of("mode", "m1"), List.of(jar)));
    var runner = new ObjectMapper().readTree(dirs.config().resolve("runner.json").toFile());
    assertThat(runner.path("jail").path("mode").asText()).isEqualTo("m1");
    assertThat(mode(dirs.config().resolve("runner.json"))).isEqualTo("r--------");
    assertThat(dirs.config().resolve("jail-plugins/plug.jar")).hasContent("jar");
    assertThat(mode(dirs.config().resolve("jail-plugins/plug.jar"))).isEqualTo("r--r-----");
    assertThat(Files.readString(dirs.passwd())).doesNotContain("runner");
    // A restart makes all of it anew.
    prepare(own, false, null);
    runner = new ObjectMapper().readTree(dirs.config().resolve("runner.json").toFile());
    assertThat(runner.has("jail")).isTrue();
    assertThat(runner.path("jail").isNull()).isTrue();
    assertThat(dirs.config().resolve("jail-plugins")).doesNotExist();
  }

  @Test
  void shouldLeaveAKeyThatClientsOfSshCanReadAndARestartKeepsIt() throws Exception {
    var own = new JailUsers(9001, 9001, 9001);
    var key = prepare(own, false, null).work().resolve("id_container");
    var text = Files.readString(key);
    var reader =
        new ProcessBuilder("ssh-keygen", "-y", "-P", "", "-f", key.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    var open = new String(reader.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    assertThat(reader.waitFor()).isZero();
    assertThat(open).startsWith("ssh-ed25519 ").endsWith(" work\n");
    prepare(own, false, null);
    assertThat(key).hasContent(text);
    assertThat(mode(key)).isEqualTo("rw-------");
    Files.delete(key);
    Files.createSymbolicLink(key, root.resolve("elsewhere"));
    prepare(own, false, null);
    assertThat(root.resolve("elsewhere")).doesNotExist();
  }
}
