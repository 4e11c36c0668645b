package org.polykern.agent.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.polykern.agent.backend.Usage;

/**
 * One group, as the directories of its controllers.
 *
 * @param groups controller to directory
 */
public record Cgroup(Map<String, Group> groups) {
  /** Above this a version 1 limit means none. */
  private static final long NO_LIMIT = 1L << 60;

  /** {@code unified}: version 2 file names. */
  public record Group(Path dir, boolean unified) {}

  public Cgroup {
    groups = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(groups));
  }

  /** Empty when the group is gone or cannot be read. */
  public Optional<Usage> usage() {
    var memory = groups.get("memory");
    var cpu = groups.get("cpuacct");
    if (memory == null || cpu == null) {
      return Optional.empty();
    }
    try {
      var pids = groups.get("pids");
      return Optional.of(
          new Usage(
              cpuNanos(cpu),
              memoryBytes(memory),
              memoryLimit(memory),
              pids == null ? 0 : number(pids.dir().resolve("pids.current"))));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** How many processes the memory limit has killed. */
  public long oomKills() {
    var memory = groups.get("memory");
    if (memory == null) {
      return 0;
    }
    try {
      var file = memory.unified() ? "memory.events" : "memory.oom_control";
      return field(memory.dir().resolve(file), "oom_kill");
    } catch (IOException | NumberFormatException e) {
      return 0;
    }
  }

  /** Process ids in the group and the groups below it. */
  public List<Long> processes() {
    return groups.values().stream().map(Group::dir).distinct().findFirst().stream()
        .flatMap(dir -> lines(dir.resolve("cgroup.procs")).stream())
        .map(Long::valueOf)
        .toList();
  }

  private static long cpuNanos(Group cpu) throws IOException {
    return cpu.unified()
        ? field(cpu.dir().resolve("cpu.stat"), "usage_usec") * 1000
        : number(cpu.dir().resolve("cpuacct.usage"));
  }

  private static long memoryBytes(Group memory) throws IOException {
    var stat = memory.dir().resolve("memory.stat");
    var bytes =
        memory.unified()
            ? number(memory.dir().resolve("memory.current")) - field(stat, "inactive_file")
            : number(memory.dir().resolve("memory.usage_in_bytes"))
                - field(stat, "total_inactive_file");
    return Math.max(0, bytes);
  }

  private static long memoryLimit(Group memory) throws IOException {
    var file = memory.unified() ? "memory.max" : "memory.limit_in_bytes";
    var text = Files.readString(memory.dir().resolve(file)).strip();
    var limit = text.equals("max") ? 0 : Long.parseLong(text);
    return limit > NO_LIMIT ? 0 : limit;
  }

  private static long number(Path file) throws IOException {
    return Long.parseLong(Files.readString(file).strip());
  }

  private static long field(Path file, String name) throws IOException {
    for (var line : Files.readAllLines(file)) {
      if (line.startsWith(name + " ")) {
        return Long.parseLong(line.substring(name.length() + 1).strip());
      }
    }
    return 0;
  }

  private static List<String> lines(@Nullable Path file) {
    try {
      return file == null ? List.of() : Files.readAllLines(file);
    } catch (IOException gone) {
      return List.of();
    }
  }
}
