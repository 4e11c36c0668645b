package org.polykern.agent.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** Processes as {@code /proc} shows them. Ids are used again by the system, hence start times. */
final class ProcessTree {
  private static final Path PROC = Path.of("/proc");
  // Fields of /proc/PID/stat after the command's closing parenthesis.
  private static final int STATE = 0;
  private static final int PARENT = 1;
  private static final int SESSION = 3;
  private static final int THREADS = 17;
  private static final int START = 19;

  private ProcessTree() {}

  /** Start time in clock ticks since boot; empty when the process is gone or a zombie. */
  static OptionalLong startOf(long pid) {
    var stat = stat(pid);
    return stat.isEmpty() || stat.get(STATE).equals("Z")
        ? OptionalLong.empty()
        : OptionalLong.of(Long.parseLong(stat.get(START)));
  }

  static boolean isAlive(long pid, long start) {
    var now = startOf(pid);
    return now.isPresent() && now.getAsLong() == start;
  }

  /**
   * The process, all below it, all of its session, and all whose environment has the mark: as far
   * as one can see without a cgroup. Zombies do not count.
   *
   * @param root 0 = unknown, only the mark counts
   */
  static Set<Long> family(long root, String mark) {
    Map<Long, List<Long>> children = new HashMap<>();
    var found = new LinkedHashSet<Long>();
    for (var pid : all()) {
      var stat = stat(pid);
      if (stat.isEmpty() || stat.get(STATE).equals("Z")) {
        continue;
      }
      children
          .computeIfAbsent(Long.valueOf(stat.get(PARENT)), parent -> new ArrayList<>())
          .add(pid);
      var ofRoot = pid == root || stat.get(SESSION).equals(Long.toString(root));
      if ((root > 0 && ofRoot) || hasMark(pid, mark)) {
        found.add(pid);
      }
    }
    var open = new ArrayList<>(found);
    while (!open.isEmpty()) {
      for (var child : children.getOrDefault(open.removeLast(), List.of())) {
        if (found.add(child)) {
          open.add(child);
        }
      }
    }
    found.remove(ProcessHandle.current().pid());
    return found;
  }

  /** Values of one variable in the environments of all processes that have the mark. */
  static Set<String> marked(String mark, String variable) {
    var found = new LinkedHashSet<String>();
    for (var pid : all()) {
      if (hasMark(pid, mark)) {
        for (var entry : environ(pid).split("\0", -1)) {
          if (entry.startsWith(variable)) {
            found.add(entry.substring(variable.length()));
          }
        }
      }
    }
    return found;
  }

  /** How many threads a user has now. */
  static int threadsOf(int uid) {
    var count = 0;
    for (var pid : all()) {
      var stat = stat(pid);
      if (!stat.isEmpty() && isOf(uid, pid)) {
        count += Integer.parseInt(stat.get(THREADS));
      }
    }
    return count;
  }

  /** SIGKILL; a process that is gone is fine. */
  static void kill(long pid) {
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
  }

  static List<Long> all() {
    var pids = new ArrayList<Long>();
    try (var entries = Files.newDirectoryStream(PROC, "[0-9]*")) {
      entries.forEach(entry -> pids.add(Long.valueOf(entry.getFileName().toString())));
    } catch (IOException e) {
      throw new IllegalStateException("Expected /proc to be mounted", e);
    }
    return pids;
  }

  private static boolean isOf(int uid, long pid) {
    try {
      return Files.getAttribute(PROC.resolve(Long.toString(pid)), "unix:uid").equals(uid);
    } catch (IOException gone) {
      return false;
    }
  }

  private static boolean hasMark(long pid, String mark) {
    return ("\0" + environ(pid)).contains("\0" + mark + "\0");
  }

  private static String environ(long pid) {
    try {
      return new String(
          Files.readAllBytes(PROC.resolve(pid + "/environ")), StandardCharsets.ISO_8859_1);
    } catch (IOException goneOrNotOurs) {
      return "";
    }
  }

  private static List<String> stat(long pid) {
    try {
      var text = Files.readString(PROC.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1);
      return List.of(text.substring(text.lastIndexOf(')') + 2).split(" "));
    } catch (IOException gone) {
      return List.of();
    }
  }
}
