package org.polykern.agent.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.polykern.agent.backend.ContainerRef;
import org.polykern.agent.backend.KernelDirs;

/** The shell that watches over one kernel: its files, and finding it again. */
final class Supervisor {
  private static final int KILLED = 137;
  private static final int MAX_CODE = 255;

  private final Path libexec;

  Supervisor(Path libexec) {
    this.libexec = libexec;
  }

  /** Puts the scripts where shells of other users can read them. */
  static Supervisor install(Path libexec) throws IOException {
    Files.createDirectories(libexec);
    for (var script : List.of("launch.sh", "inside.sh")) {
      try (var source = Supervisor.class.getResourceAsStream(script)) {
        if (source == null) {
          throw new IOException("Expected " + script + " in the agent's jar");
        }
        // Running shells read their script bit by bit: never change one in place.
        var fresh = libexec.resolve(script + ".new");
        Files.write(fresh, source.readAllBytes());
        Files.move(
            fresh, libexec.resolve(script), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      }
    }
    return new Supervisor(libexec);
  }

  /** Writes what the scripts read; every value is quoted. */
  void writePlan(KernelDirs dirs, Map<String, String> values) throws IOException {
    var text =
        values.entrySet().stream()
            .map(e -> "PLAN_" + e.getKey() + "='" + e.getValue().replace("'", "'\\''") + "'\n")
            .collect(Collectors.joining());
    Files.writeString(dirs.root().resolve("plan"), text + "PLAN_LIBEXEC='" + libexec + "'\n");
    Files.deleteIfExists(dirs.root().resolve("exit"));
    Files.deleteIfExists(dirs.root().resolve("supervisor"));
  }

  List<String> command(KernelDirs dirs, List<String> runner) {
    var words =
        new java.util.ArrayList<>(
            List.of("setsid", "/bin/sh", libexec.resolve("launch.sh").toString()));
    words.add(dirs.root().toString());
    words.addAll(runner);
    return words;
  }

  /** The living supervisor of this generation, if there is one. */
  Optional<ContainerRef> find(KernelDirs dirs, int generation) {
    try {
      var words = Files.readString(dirs.root().resolve("supervisor")).strip().split(" ", -1);
      var pid = Long.parseLong(words[0]);
      var start = ProcessTree.startOf(pid);
      if (start.isEmpty()
          || Integer.parseInt(words[1]) != generation
          || !cmdline(pid).contains("\0" + dirs.root() + "\0")) {
        return Optional.empty();
      }
      return Optional.of(ref(pid, start.getAsLong()));
    } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }

  static ContainerRef ref(long pid, long start) {
    return new ContainerRef("pid:" + pid, "127.0.0.1", start);
  }

  static long pid(ContainerRef container) {
    return Long.parseLong(container.id().substring("pid:".length()));
  }

  static boolean isAlive(ContainerRef container) {
    return ProcessTree.isAlive(pid(container), container.startMark());
  }

  /** Empty while neither the shell has said so nor is gone. */
  static Optional<Integer> exitCode(KernelDirs dirs, ContainerRef container) {
    try {
      var code = Integer.parseInt(Files.readString(dirs.root().resolve("exit")).strip());
      return Optional.of(code < 0 || code > MAX_CODE ? MAX_CODE : code);
    } catch (IOException | NumberFormatException noSuchFile) {
      return isAlive(container) ? Optional.empty() : Optional.of(KILLED);
    }
  }

  private static String cmdline(long pid) throws IOException {
    return Files.readString(Path.of("/proc/" + pid + "/cmdline"), StandardCharsets.UTF_8);
  }
}
