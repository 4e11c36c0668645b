package org.polykern.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BinariesTest {
  @TempDir Path cache;

  @Test
  void shouldUnpackOnceWhenManyAskAtOnce() throws Exception {
    try (ExecutorService askers = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Path> ask = () -> Binaries.redis(cache);
      List<Path> answers =
          askers.invokeAll(Collections.nCopies(8, ask)).stream()
              .map(future -> future.resultNow())
              .distinct()
              .toList();
      assertThat(answers).hasSize(1);
      assertThat(answers.getFirst().resolve("redis-server")).isExecutable();
    }
    try (Stream<Path> left = Files.list(cache)) {
      assertThat(left).as("no drafts are left").hasSize(1);
    }
  }

  @Test
  void shouldRefuseMachinesWithoutPackedServers() {
    assertThatThrownBy(() -> Binaries.requirePlatform("Linux", "aarch64"))
        .isInstanceOf(EmbeddedServerException.class)
        .hasMessageContaining("this is Linux on aarch64")
        .hasMessageContaining("[database]");
    assertThatThrownBy(() -> Binaries.requirePlatform("Mac OS X", "amd64"))
        .isInstanceOf(EmbeddedServerException.class);
  }
}
