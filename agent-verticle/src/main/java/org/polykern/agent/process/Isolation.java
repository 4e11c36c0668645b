package org.polykern.agent.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.polykern.agent.cgroup.CgroupMounts;
import org.polykern.agent.cgroup.CgroupTree;

/**
 * What this machine and our privileges allow, probed once.
 *
 * @param namespaces own mount, pid, ipc and uts namespaces
 * @param drop whether kernels run as another user than the agent
 * @param cgroups limits and accounting, possibly with no controller at all
 * @param jailObstacle why programs cannot be jailed, null when they can or need not
 * @param missing one plain sentence for each thing that is not isolated
 */
record Isolation(
    boolean namespaces,
    boolean drop,
    CgroupTree cgroups,
    @Nullable String jailObstacle,
    List<String> missing) {
  Isolation {
    missing = List.copyOf(missing);
  }

  /**
   * @param privileged false forces the plain form, as for an ordinary user
   * @param jail null when none is wanted
   * @param reachable a file that the kernels' user must be able to read without namespaces
   */
  static Isolation probe(
      boolean privileged,
      KernelUser user,
      String instance,
      List<Path> reachable,
      @Nullable JailProbe jail) {
    var missing = new ArrayList<String>();
    var namespaces = privileged && probeNamespaces(missing);
    if (!privileged) {
      missing.add(
          "No own namespaces: the agent is not root, so kernels see the processes and files that"
              + " user "
              + user.uid()
              + " sees.");
    }
    var drop = privileged && user.uid() != 0 && probeDrop(user, namespaces, reachable, missing);
    var cgroups =
        CgroupTree.open(
            privileged ? CgroupMounts.detect() : new CgroupMounts(java.util.Map.of()), instance);
    for (var controller : List.of("memory", "pids", "cpu", "cpuset")) {
      if (!cgroups.controllers().contains(controller)) {
        missing.add("No cgroup controller '" + controller + "': " + consequence(controller));
      }
    }
    missing.add("No own network: kernels can reach what listens on this machine's loopback.");
    var obstacle = jail == null ? null : jail.obstacle(drop);
    if (jail == null) {
      missing.add("No system call filter: kernels may use every call that their user may.");
    } else if (obstacle != null) {
      missing.add("No system call filter: " + obstacle + ".");
    }
    return new Isolation(namespaces, drop, cgroups, obstacle, missing);
  }

  private static boolean probeNamespaces(List<String> missing) {
    var outcome =
        Commands.run(
            List.of(
                "unshare", "--mount", "--pid", "--ipc", "--uts", "--fork", "--mount-proc", "true"));
    if (!outcome.worked()) {
      missing.add("No own namespaces: 'unshare' failed (" + outcome.output() + ").");
    }
    return outcome.worked();
  }

  private static boolean probeDrop(
      KernelUser user, boolean namespaces, List<Path> reachable, List<String> missing) {
    var command = new ArrayList<>(user.dropCommand());
    if (namespaces) {
      command.add("true");
    } else {
      command.addAll(List.of("test", "-r", reachable.getFirst().toString()));
      for (var path : reachable.subList(1, reachable.size())) {
        command.addAll(List.of("-a", "-r", path.toString()));
      }
    }
    var outcome = Commands.run(command);
    if (!outcome.worked()) {
      missing.add(
          "No own user: user "
              + user.uid()
              + " cannot be used ("
              + (outcome.output().isEmpty() ? "it cannot enter " + reachable : outcome.output())
              + "), so kernels run as the agent's user.");
    }
    return outcome.worked();
  }

  private static String consequence(String controller) {
    return switch (controller) {
      case "memory" -> "a kernel's memory is bounded per process only.";
      case "pids" -> "the number of a kernel's processes is bounded per user only.";
      default -> "a kernel may use every core.";
    };
  }
}
