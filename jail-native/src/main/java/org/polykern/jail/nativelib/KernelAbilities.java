package org.polykern.jail.nativelib;

/**
 * What the running kernel offers to a jail.
 *
 * @param seccompActions one bit for each action that the kernel knows: 0 kill process, 1 kill
 *     thread, 2 trap, 3 errno, 4 user notification, 5 trace, 6 log, 7 allow
 * @param landlockAbi version of Landlock, 0 when there is none
 * @param yamaScope how ptrace is restricted: 0 to 3, or -1 when Yama is not there
 * @param noNewPrivileges whether this process already may not gain privileges
 * @param auditArch the audit value of this machine's architecture
 */
public record KernelAbilities(
    int seccompActions, int landlockAbi, int yamaScope, boolean noNewPrivileges, int auditArch) {
  private static final int TRACE_AND_ERRNO = 1 << 5 | 1 << 3;

  /** Whether the jail can do its work at all: refuse calls and have them traced. */
  public boolean canJail() {
    return (seccompActions & TRACE_AND_ERRNO) == TRACE_AND_ERRNO && yamaScope < 3;
  }
}
