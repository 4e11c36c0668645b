package org.polykern.agent.cgroup;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The groups of this agent: {@code polykern/INSTANCE/KERNEL} in each hierarchy that lets us. */
public final class CgroupTree {
  private static final Logger log = LoggerFactory.getLogger(CgroupTree.class);
  private static final int PERIOD_MICROS = 100_000;
  private static final BigDecimal CORES =
      BigDecimal.valueOf(Runtime.getRuntime().availableProcessors());

  private final String instance;
  private final Map<String, CgroupMounts.Hierarchy> usable;

  /** What a group may use. */
  public record Limits(long memoryBytes, int pids, BigDecimal cpu, List<Integer> cores) {
    public Limits {
      cores = List.copyOf(cores);
    }
  }

  private CgroupTree(String instance, Map<String, CgroupMounts.Hierarchy> usable) {
    this.instance = instance;
    this.usable = usable;
  }

  /** Makes the parents in every hierarchy; those that refuse are left out. */
  public static CgroupTree open(CgroupMounts mounts, String instance) {
    var usable = new LinkedHashMap<String, CgroupMounts.Hierarchy>();
    mounts
        .hierarchies()
        .forEach((name, hierarchy) -> {
          try {
            var top = hierarchy.mount().resolve("polykern");
            Files.createDirectories(top.resolve(instance));
            if (hierarchy.unified()) {
              delegate(hierarchy.mount(), name);
              delegate(top, name);
              delegate(top.resolve(instance), name);
            } else if (name.equals("cpuset")) {
              inheritCpuset(hierarchy.mount(), top);
              inheritCpuset(top, top.resolve(instance));
            }
            if (name.equals("cpu")) {
              // A group counts as one process against those beside it, unless it says more.
              weigh(hierarchy, top, CORES);
              weigh(hierarchy, top.resolve(instance), CORES);
            }
            usable.put(name, hierarchy);
          } catch (IOException e) {
            log.debug("No cgroups of controller {}: {}", name, e.toString());
          }
        });
    return new CgroupTree(instance, usable);
  }

  /** Controllers that can limit. */
  public Set<String> controllers() {
    return usable.keySet();
  }

  /** Makes the group of a kernel; answers the files that take its first process. */
  public List<Path> create(String kernel, Limits limits) throws IOException {
    var procs = new LinkedHashSet<Path>();
    for (var controller : usable.entrySet()) {
      var dir = dir(controller.getValue(), kernel);
      Files.createDirectories(dir);
      limit(controller.getKey(), controller.getValue(), dir, limits);
      procs.add(dir.resolve("cgroup.procs"));
    }
    return new ArrayList<>(procs);
  }

  /** The group of a kernel; it may not exist. */
  public Cgroup of(String kernel) {
    return new Cgroup(
        usable.entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey,
                    e -> new Cgroup.Group(dir(e.getValue(), kernel), e.getValue().unified()))));
  }

  /** Kernels that have a group here, ours or left over. */
  public Set<String> kernels() {
    var found = new LinkedHashSet<String>();
    for (var hierarchy : usable.values()) {
      try (var children = Files.newDirectoryStream(top(hierarchy), Files::isDirectory)) {
        children.forEach(dir -> found.add(dir.getFileName().toString()));
      } catch (IOException e) {
        log.debug("Cannot list {}", hierarchy, e);
      }
    }
    return found;
  }

  /** Lets no new process start in the group, so that killing what is there ends it. */
  public void stopForks(String kernel) {
    var pids = usable.get("pids");
    if (pids != null) {
      tryWrite(dir(pids, kernel).resolve("pids.max"), "0");
    }
  }

  /** Removes an empty group; answers whether none is left. */
  public boolean remove(String kernel) {
    var gone = true;
    for (var hierarchy : usable.values()) {
      try {
        Files.deleteIfExists(dir(hierarchy, kernel));
      } catch (IOException e) {
        gone = false;
      }
    }
    return gone;
  }

  /** Removes the parents when nothing is below them any more. */
  public void removeParents() {
    for (var hierarchy : usable.values()) {
      try {
        Files.deleteIfExists(top(hierarchy));
        Files.deleteIfExists(hierarchy.mount().resolve("polykern"));
      } catch (IOException e) {
        log.debug("Another instance uses {}", hierarchy);
      }
    }
  }

  private void limit(String controller, CgroupMounts.Hierarchy hierarchy, Path dir, Limits limits)
      throws IOException {
    var unified = hierarchy.unified();
    switch (controller) {
      case "memory" -> {
        write(dir.resolve(unified ? "memory.max" : "memory.limit_in_bytes"), limits.memoryBytes());
        // Swap accounting is a boot option on version 1, so its file may be missing.
        tryWrite(
            dir.resolve(unified ? "memory.swap.max" : "memory.memsw.limit_in_bytes"),
            unified ? "0" : Long.toString(limits.memoryBytes()));
      }
      case "pids" -> write(dir.resolve("pids.max"), limits.pids());
      case "cpu" -> {
        var quota = limits.cpu().multiply(BigDecimal.valueOf(PERIOD_MICROS)).longValue();
        if (unified) {
          Files.writeString(dir.resolve("cpu.max"), quota + " " + PERIOD_MICROS);
        } else {
          write(dir.resolve("cpu.cfs_period_us"), PERIOD_MICROS);
          write(dir.resolve("cpu.cfs_quota_us"), quota);
        }
        weigh(hierarchy, dir, limits.cpu());
      }
      case "cpuset" -> {
        if (!unified) {
          inheritCpuset(top(hierarchy), dir);
        }
        Files.writeString(
            dir.resolve("cpuset.cpus"),
            limits.cores().stream().map(String::valueOf).collect(Collectors.joining(",")));
      }
      default -> {}
    }
  }

  private static void inheritCpuset(Path parent, Path child) throws IOException {
    for (var file : List.of("cpuset.cpus", "cpuset.mems")) {
      if (Files.readString(child.resolve(file)).isBlank()) {
        Files.writeString(child.resolve(file), Files.readString(parent.resolve(file)).strip());
      }
    }
  }

  private static void delegate(Path dir, String controller) throws IOException {
    Files.writeString(
        dir.resolve("cgroup.subtree_control"),
        "+" + (controller.equals("cpuacct") ? "cpu" : controller));
  }

  /** Its part when cores are scarce: one process's for each core. */
  private static void weigh(CgroupMounts.Hierarchy hierarchy, Path dir, BigDecimal cores) {
    var unified = hierarchy.unified();
    var one = BigDecimal.valueOf(unified ? 100 : 1024);
    var weight = Math.clamp(cores.multiply(one).longValue(), 2, unified ? 10_000 : 262_144);
    tryWrite(dir.resolve(unified ? "cpu.weight" : "cpu.shares"), Long.toString(weight));
  }

  private static void write(Path file, long value) throws IOException {
    Files.writeString(file, Long.toString(value));
  }

  private static void tryWrite(Path file, String value) {
    try {
      Files.writeString(file, value, java.nio.file.StandardOpenOption.WRITE);
    } catch (IOException e) {
      log.debug("Cannot write {}: {}", file, e.toString());
    }
  }

  private Path top(CgroupMounts.Hierarchy hierarchy) {
    return hierarchy.mount().resolve("polykern").resolve(instance);
  }

  private Path dir(CgroupMounts.Hierarchy hierarchy, String kernel) {
    return top(hierarchy).resolve(kernel);
  }
}
