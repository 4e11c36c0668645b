package org.polykern.agent.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.polykern.agent.backend.KernelDirs;
import org.polykern.common.problem.ProblemException;

final class WorkTreeTest {
  private static final byte[] TEXT = "text".getBytes(StandardCharsets.UTF_8);

  @TempDir Path root;
  private KernelDirs dirs;
  private WorkTree tree;
  private Path secret;

  @BeforeEach
  void prepare() throws IOException {
    dirs = new KernelDirs(root.resolve("kernel"));
    Files.createDirectories(dirs.work());
    Files.createDirectories(dirs.staging());
    secret = Files.createDirectory(root.resolve("outside")).resolve("secret");
    Files.writeString(secret, "secret");
    tree = new WorkTree(dirs, 0, 0, false);
  }

  private static WorkPath at(String path) {
    return WorkPath.parse(path);
  }

  @Test
  void shouldWriteAndReadBelowNewDirectories() throws IOException {
    tree.upload(at("a/b/c.txt"), TEXT);
    assertThat(tree.download(at("/home/work/a/b/c.txt"))).isEqualTo(TEXT);
    tree.upload(at("a/b/c.txt"), "new".getBytes(StandardCharsets.UTF_8));
    assertThat(Files.readString(dirs.work().resolve("a/b/c.txt"))).isEqualTo("new");
    assertThat(dirs.staging()).isEmptyDirectory();
    assertThat(tree.list(at("a")).getFirst().mode()).startsWith("d");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../outside/secret", "/etc/passwd", "a/../../x", "/home/workx", "x\0y"})
  void shouldRefusePathsThatLeave(String path) {
    assertThatThrownBy(() -> at(path)).isInstanceOf(ProblemException.class);
  }

  @Test
  void shouldNotFollowLinksInAnyComponent() throws IOException {
    Files.createSymbolicLink(dirs.work().resolve("dir"), secret.getParent());
    Files.createSymbolicLink(dirs.work().resolve("file"), secret);
    assertThatThrownBy(() -> tree.download(at("dir/secret")))
        .isInstanceOf(NotDirectoryException.class);
    assertThatThrownBy(() -> tree.list(at("dir"))).isInstanceOf(NotDirectoryException.class);
    assertThatThrownBy(() -> tree.upload(at("dir/x"), TEXT))
        .isInstanceOf(NotDirectoryException.class);
    assertThatThrownBy(() -> tree.upload(at("dir/new/x"), TEXT))
        .isInstanceOf(NotDirectoryException.class);
    assertThatThrownBy(() -> tree.download(at("file"))).isInstanceOf(ProblemException.class);
    assertThat(secret.getParent()).isDirectoryNotContaining("glob:**/{x,new}");
  }

  @Test
  void shouldReplaceALinkInsteadOfWritingThroughIt() throws IOException {
    Files.createSymbolicLink(dirs.work().resolve("file"), secret);
    tree.upload(at("file"), TEXT);
    assertThat(Files.readString(secret)).isEqualTo("secret");
    assertThat(Files.isRegularFile(dirs.work().resolve("file"), LinkOption.NOFOLLOW_LINKS))
        .isTrue();
  }

  @Test
  void shouldNotHangOnAFifo() throws Exception {
    var fifo = dirs.work().resolve("fifo");
    assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(5),
        () -> {
          assertThatThrownBy(() -> tree.download(at("fifo"))).isInstanceOf(ProblemException.class);
          assertThatThrownBy(() -> tree.download(at("fifo/x")))
              .isInstanceOf(NotDirectoryException.class);
          assertThat(tree.list(at("")).getFirst().mode()).startsWith("p");
          tree.archive(at(""));
        });
  }

  @Test
  void shouldArchiveLinksAsLinks() throws IOException {
    tree.upload(at("d/a.txt"), TEXT);
    Files.createSymbolicLink(dirs.work().resolve("d/link"), secret);
    var seen = new ArrayList<String>();
    try (var tar = new TarArchiveInputStream(new ByteArrayInputStream(tree.archive(at("d"))))) {
      for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        seen.add(entry.getName() + (entry.isSymbolicLink() ? " link" : ""));
        assertThat(new String(tar.readAllBytes(), StandardCharsets.UTF_8)).doesNotContain("secret");
      }
    }
    assertThat(seen).isEqualTo(List.of("d/", "d/a.txt", "d/link link"));
  }

  @Test
  void shouldBoundWhatItGives() throws IOException {
    Files.write(dirs.work().resolve("big"), new byte[(1 << 20) + 1]);
    assertThatThrownBy(() -> tree.download(at("big"))).isInstanceOf(ProblemException.class);
    assertThatThrownBy(() -> tree.archive(at("big"))).isInstanceOf(ProblemException.class);
  }

  @Test
  void shouldSayWhatIsNotThere() {
    assertThatThrownBy(() -> tree.download(at("no"))).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> tree.list(at("no/no"))).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> tree.upload(at("/home/work"), TEXT))
        .isInstanceOf(ProblemException.class);
  }
}
