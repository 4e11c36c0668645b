package org.polykern.launcher.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstanceLockTest {
  @TempDir Path directory;

  private static InstanceRecord record(ProcessIdentity process) {
    return new InstanceRecord(
        process,
        InstanceRecord.READY,
        "http://127.0.0.1:8090",
        "gateway,agent",
        "/etc/polykern.toml",
        Instant.parse("2026-01-02T03:04:05Z"));
  }

  private DataDirectory data() {
    var data = new DataDirectory(directory.resolve("data"));
    data.create();
    return data;
  }

  @Test
  void shouldGiveTheLockToOneHolderAtATime() {
    var data = data();
    var first = InstanceLock.take(data).orElseThrow();
    assertThat(InstanceLock.take(data)).isEmpty();
    first.close();
    assertThat(first.isHeld()).isFalse();
    var second = InstanceLock.take(data);
    assertThat(second).isPresent();
    second.get().close();
  }

  @Test
  void shouldTellOthersAndForgetWhenClosed() {
    var data = data();
    var lock = InstanceLock.take(data).orElseThrow();
    var written = record(ProcessIdentity.self());
    lock.publish(written);
    assertThat(InstanceRecord.living(data)).contains(written);
    lock.close();
    assertThat(InstanceRecord.read(data)).isEmpty();
  }

  @Test
  void shouldNotBelieveRecordOfAnotherProcessWithThatPid() {
    var data = data();
    var lock = InstanceLock.take(data).orElseThrow();
    var self = ProcessIdentity.self();
    lock.publish(record(new ProcessIdentity(self.pid(), self.startTick() - 1)));
    assertThat(InstanceRecord.living(data)).isEmpty();
    assertThat(InstanceRecord.read(data)).isPresent();
    lock.close();
  }

  @Test
  void shouldKnowEndedProcess() throws IOException, InterruptedException {
    var child = new ProcessBuilder("sleep", "60").start();
    var identity = ProcessIdentity.of(child.pid()).orElseThrow();
    assertThat(identity.isAlive()).isTrue();
    child.destroyForcibly().waitFor();
    assertThat(identity.isAlive()).isFalse();
  }

  @Test
  void shouldKeepPrivateFilesPrivate() throws IOException {
    var file = directory.resolve("secret");
    Files.writeString(file, "old, readable");
    DataDirectory.writePrivately(file, new byte[] {1, 2});
    assertThat(file).hasBinaryContent(new byte[] {1, 2});
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }
}
