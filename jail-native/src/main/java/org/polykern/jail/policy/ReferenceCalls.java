package org.polykern.jail.policy;

import java.util.Set;
import java.util.TreeSet;

/**
 * What a published file with its own complete list of calls takes for granted: the calls that the
 * original jail always stopped and let go, and those that C libraries have come to need since.
 */
final class ReferenceCalls {
  private static final String STOPPED_AND_LET_GO =
      "stat lstat statfs readlink unlink rmdir truncate access creat mkdir mknod chmod open"
          + " readlinkat unlinkat fchmodat faccessat mkdirat mknodat openat link rename symlink"
          + " symlinkat renameat linkat fork vfork clone kill tkill tgkill";

  private static final String NEEDED_SINCE =
      "exit getrusage prlimit64 rseq membarrier sched_setattr getitimer setitimer chown fchown"
          + " fchownat faccessat2 renameat2 clone3 close_range openat2 pidfd_open"
          + " pidfd_send_signal pkey_alloc pkey_free pkey_mprotect epoll_pwait2 setrlimit times"
          + " fchmodat2 futex_waitv execveat statx newfstatat";

  private ReferenceCalls() {}

  static Set<String> names() {
    Set<String> names = new TreeSet<>();
    names.addAll(Set.of(STOPPED_AND_LET_GO.split(" ", -1)));
    names.addAll(Set.of(NEEDED_SINCE.split(" ", -1)));
    return names;
  }
}
