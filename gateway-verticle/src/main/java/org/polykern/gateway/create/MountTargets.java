package org.polykern.gateway.create;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.polykern.common.problem.Problem;

/** Where folders may be mounted. */
final class MountTargets {
  private static final Set<String> RESERVED =
      Set.of(
          ".terminfo",
          ".jupyter",
          ".tmux.conf",
          ".ssh",
          "/bin",
          "/boot",
          "/dev",
          "/etc",
          "/lib",
          "/lib64",
          "/media",
          "/mnt",
          "/opt",
          "/proc",
          "/root",
          "/run",
          "/sbin",
          "/srv",
          "/sys",
          "/tmp",
          "/usr",
          "/var",
          "/home");
  private static final Pattern RESERVED_PATTERN =
      Pattern.compile("\\.[a-z0-9]+rc|\\.[a-z0-9]+_profile");
  private static final String WORK = "/home/work/";

  private MountTargets() {}

  /** Throws 400 naming the target. */
  static void require(SessionConfig config) {
    var seen = new HashSet<String>();
    config
        .mountMap()
        .forEach((folder, target) -> {
          if (target.isBlank()) {
            throw bad("The mount target of '" + folder + "' is empty.");
          }
          var relative = target.startsWith(WORK) ? target.substring(WORK.length()) : target;
          if (!seen.add(relative)) {
            throw bad("'" + target + "' is the mount target of two folders.");
          }
          if (config.mountMap().containsKey(relative) || config.mounts().contains(relative)) {
            throw bad("The mount target '" + target + "' is also the name of a folder.");
          }
          if (RESERVED.contains(relative) || RESERVED_PATTERN.matcher(relative).matches()) {
            throw bad("The mount target '" + target + "' is reserved; choose another.");
          }
        });
  }

  private static RuntimeException bad(String reason) {
    return Problem.invalid("mount_map", reason).toException();
  }
}
