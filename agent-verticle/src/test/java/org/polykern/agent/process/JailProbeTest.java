package org.polykern.agent.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.polykern.agent.jail.JailHome;
import org.polykern.agent.jail.JailUsers;

final class JailProbeTest {
  @TempDir Path home;

  private JailProbe probe(String helper) throws IOException {
    var file = Files.writeString(home.resolve("pk-jail"), "#!/bin/sh\n" + helper + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return new JailProbe(JailHome.at(home), new JailUsers(9001, 9001, 9002), home);
  }

  @Test
  void shouldSayWhyTheJailDoesNotWork() throws Exception {
    assertThat(probe("echo 'pk-jail: ptrace is forbidden.' >&2; exit 125").obstacle(true))
        .contains("status 125", "ptrace is forbidden");
    assertThat(probe("[ \"$1\" != --enter ] || exit 125").obstacle(true)).contains("status 125");
  }

  @Test
  void shouldTryWhatSessionsWillDo() throws Exception {
    var asked = home.resolve("asked");
    var probe =
        probe("echo \"$*\" >>" + asked + "; [ \"$1\" != --launch ] || cat \"$2\" >>" + asked);
    assertThat(probe.obstacle(true)).isNull();
    assertThat(asked)
        .content()
        .contains("-- /bin/true", "user 9001 9001\n", "filter ", "--enter 9002:9001 --");
    Files.delete(asked);
    assertThat(probe.obstacle(false)).isNull();
    assertThat(asked).content().contains("mode m1\n").doesNotContain("user ", "--enter");
    try (var files = Files.list(home)) {
      assertThat(files).containsExactlyInAnyOrder(home.resolve("pk-jail"), asked);
    }
  }

  @Test
  void shouldMissTheHelper() {
    var probe = new JailProbe(JailHome.at(home), new JailUsers(1000, 1000, 1000), home);
    assertThat(probe.obstacle(false)).contains(home.resolve("pk-jail").toString());
  }
}
