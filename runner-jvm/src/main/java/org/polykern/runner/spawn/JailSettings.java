package org.polykern.runner.spawn;

import org.jspecify.annotations.Nullable;
import org.polykern.jail.rule.Policy;

/**
 * How the agent wants every program to be jailed.
 *
 * @param user whom programs run as while the runner and the jail's helper are somebody else (mode
 *     m2); null = all of them are the runner's own user (mode m1)
 * @param launch the lines of the launch description that the policy decides, each with its end
 * @param policy the same policy for what is not the helper's: the environment, and plug-ins
 */
public record JailSettings(@Nullable User user, String launch, Policy policy) {

  /** The ids of the session's user. */
  public record User(int uid, int gid) {}
}
