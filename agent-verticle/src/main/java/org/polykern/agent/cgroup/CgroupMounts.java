package org.polykern.agent.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where each controller's hierarchy is mounted.
 *
 * @param hierarchies controller to its mount
 */
public record CgroupMounts(Map<String, Hierarchy> hierarchies) {
  private static final Set<String> WANTED = Set.of("memory", "pids", "cpu", "cpuset", "cpuacct");
  private static final Path MOUNTS = Path.of("/proc/self/mountinfo");

  /** {@code unified}: version 2. */
  public record Hierarchy(Path mount, boolean unified) {}

  public CgroupMounts {
    hierarchies = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(hierarchies));
  }

  /** Looks at this machine; empty maps where nothing is mounted. */
  public static CgroupMounts detect() {
    try {
      return parse(Files.readAllLines(MOUNTS), CgroupMounts::controllersOf);
    } catch (IOException e) {
      return new CgroupMounts(Map.of());
    }
  }

  /** For tests, {@code controllers} says what a version 2 mount offers. */
  static CgroupMounts parse(
      List<String> mountinfo, java.util.function.Function<Path, Set<String>> controllers) {
    var found = new LinkedHashMap<String, Hierarchy>();
    for (var line : mountinfo) {
      var halves = line.split(" - ", 2);
      if (halves.length < 2) {
        continue;
      }
      var mount = Path.of(unescape(halves[0].split(" ", -1)[4]));
      var rest = halves[1].split(" ", -1);
      if (rest[0].equals("cgroup")) {
        Arrays.stream(rest[rest.length - 1].split(","))
            .filter(WANTED::contains)
            .forEach(name -> found.putIfAbsent(name, new Hierarchy(mount, false)));
      } else if (rest[0].equals("cgroup2")) {
        controllers.apply(mount).stream()
            .filter(WANTED::contains)
            .forEach(name -> found.putIfAbsent(name, new Hierarchy(mount, true)));
        if (controllers.apply(mount).contains("cpu")) {
          found.putIfAbsent("cpuacct", new Hierarchy(mount, true));
        }
      }
    }
    return new CgroupMounts(found);
  }

  /** The group of a process; empty when it is gone. */
  public Optional<Cgroup> of(long pid) {
    try {
      return Optional.of(
          new Cgroup(groups(Files.readAllLines(Path.of("/proc/" + pid + "/cgroup")))));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  Map<String, Cgroup.Group> groups(List<String> procCgroup) {
    var groups = new LinkedHashMap<String, Cgroup.Group>();
    for (var line : procCgroup) {
      var parts = line.split(":", 3);
      if (parts.length < 3) {
        continue;
      }
      var below = parts[2].substring(1);
      hierarchies.forEach((name, hierarchy) -> {
        var matches =
            hierarchy.unified()
                ? parts[1].isEmpty()
                : Arrays.asList(parts[1].split(",")).contains(name);
        if (matches) {
          groups.put(name, new Cgroup.Group(hierarchy.mount().resolve(below), hierarchy.unified()));
        }
      });
    }
    return groups;
  }

  private static Set<String> controllersOf(Path mount) {
    try {
      return Set.of(Files.readString(mount.resolve("cgroup.controllers")).strip().split("\\s+"));
    } catch (IOException | IllegalArgumentException e) {
      return Set.of();
    }
  }

  /** mountinfo writes blanks and the like as octal escapes. */
  private static String unescape(String path) {
    return path.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\");
  }
}
