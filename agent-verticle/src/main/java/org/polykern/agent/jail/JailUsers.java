package org.polykern.agent.jail;

/**
 * Whose processes a kernel's are.
 *
 * @param uid the session's user, whom programs run as
 * @param runnerUid the runner's user; {@code uid} where it has none of its own, and programs must
 *     be kept from it by the filter (mode m1)
 */
public record JailUsers(int uid, int gid, int runnerUid) {
  /** Whether the kernel itself keeps programs from the runner (mode m2). */
  public boolean separate() {
    return runnerUid != uid;
  }
}
