package org.polykern.agent.process;

import java.util.List;

/** Whom kernels run as. */
record KernelUser(int uid, int gid) {
  /** The command that gives up everything for good and then executes the rest of its line. */
  List<String> dropCommand() {
    return List.of(
        "setpriv",
        "--reuid=" + uid,
        "--regid=" + gid,
        "--clear-groups",
        "--no-new-privs",
        "--bounding-set=-all",
        "--inh-caps=-all");
  }
}
