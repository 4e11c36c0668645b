package org.polykern.runner.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs with our library see as many processors and as much memory as they may use. */
class LimitsSeenIT {
  private static final String ASKS =
      """
      #include <errno.h>
      #include <stdio.h>
      #include <sys/sysinfo.h>
      #include <unistd.h>
      static long early;
      __attribute__((constructor)) static void ask(void) { early = sysconf(_SC_NPROCESSORS_ONLN); }
      int main(void) {
        errno = 0;
        long now = sysconf(_SC_NPROCESSORS_ONLN);
        long memory = sysconf(_SC_PHYS_PAGES) * (sysconf(_SC_PAGESIZE) / 1024);
        printf("%ld %ld %d %ld ", early, now, get_nprocs(), memory);
        printf("%d %ld %ld ", errno, sysconf(_SC_NPROCESSORS_CONF), sysconf(_SC_CLK_TCK));
        long unknown = sysconf(987654);
        printf("%ld %d\\n", unknown, errno);
      }
      """;

  @TempDir Path directory;

  @BeforeEach
  void compile() throws Exception {
    Files.writeString(directory.resolve("asks.c"), ASKS);
    run(List.of("gcc", "-o", "asks", "asks.c"));
    Path source = Path.of("src/kernel/pk-stdio.c").toAbsolutePath();
    List<String> library = List.of("gcc", "-O2", "-shared", "-fPIC", "-nostdlib", "-o", "ours.so");
    run(with(library, "-fno-stack-protector", source.toString()));
  }

  @Test
  void shouldCountTheProcessorsThatAProgramMayUse() throws Exception {
    Seen machine = seen(List.of("taskset", "-c", firstProcessor()), false);
    Seen session = seen(List.of("taskset", "-c", firstProcessor()), true);
    assertThat(session).isEqualTo(new Seen("1", "1", "1", machine.memory, machine.others));
    // So that the library is what makes the difference.
    assumeTrue(Runtime.getRuntime().availableProcessors() > 1);
    assertThat(machine.processors).isNotEqualTo("1");
  }

  @Test
  void shouldSeeTheMemoryOfItsControlGroup() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "Expected to be root, to mount");
    String machine = seen(List.of(), false).memory;
    assertThat(seen(List.of(), true).memory).isEqualTo(machine);
    assertThat(inGroup("memory.max", "104857600").memory).isEqualTo("102400");
    assertThat(inGroup("memory.max", "max").memory).isEqualTo(machine);
    assertThat(inGroup("memory/memory.limit_in_bytes", "104857600").memory).isEqualTo("102400");
    assertThat(inGroup("memory/memory.limit_in_bytes", "9223372036854771712").memory)
        .isEqualTo(machine);
  }

  /** What {@link #ASKS} prints. */
  private record Seen(
      String early, String processors, String ofCPlusPlus, String memory, String others) {
    static Seen of(String line) {
      String[] words = line.split(" ", 5);
      return new Seen(words[0], words[1], words[2], words[3], words[4]);
    }
  }

  private Seen inGroup(String file, String limit) throws Exception {
    String place =
        "mount -t tmpfs none /sys/fs/cgroup && mkdir /sys/fs/cgroup/memory && echo "
            + limit
            + " > /sys/fs/cgroup/"
            + file
            + " && exec \"$@\"";
    return seen(List.of("unshare", "-m", "sh", "-c", place, "sh"), true);
  }

  private Seen seen(List<String> before, boolean ours) throws Exception {
    List<String> command = new ArrayList<>(before);
    command.addAll(List.of("env", "LD_PRELOAD=" + (ours ? directory.resolve("ours.so") : "")));
    command.add(directory.resolve("asks").toString());
    return Seen.of(run(command));
  }

  private static String firstProcessor() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("Cpus_allowed_list:"))
        .map(line -> line.replaceAll("\\D+(\\d+).*", "$1"))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> with(List<String> words, String... more) {
    List<String> all = new ArrayList<>(words);
    all.addAll(List.of(more));
    return all;
  }

  private String run(List<String> command) throws Exception {
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    assertThat(process.waitFor()).as(command.toString()).isZero();
    return output.strip();
  }
}
