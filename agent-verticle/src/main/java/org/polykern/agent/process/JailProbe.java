package org.polykern.agent.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.polykern.agent.jail.JailHome;
import org.polykern.agent.jail.JailUsers;

/**
 * Whether programs can be jailed on this machine, by jailing one.
 *
 * @param users of sessions
 * @param scratch where to put a file for a moment
 */
record JailProbe(JailHome home, JailUsers users, Path scratch) {
  private static final String PROGRAM = "/bin/true";

  /**
   * @param drop whether kernels run as another user than the agent
   * @return why not, or null
   */
  @Nullable String obstacle(boolean drop) {
    var missing = home.obstacle();
    if (missing != null) {
      return missing;
    }
    var own = new JailUsers(users.uid(), users.gid(), users.uid());
    var refused = run(drop && users.separate() ? users : own);
    return refused == null && drop && users.separate() ? enter() : refused;
  }

  private @Nullable String run(JailUsers as) {
    try {
      var launch = Files.createTempFile(scratch, "jail-probe", "");
      try {
        Files.writeString(launch, home.probe(as));
        return refusal(
            Commands.run(
                List.of(home.helper().toString(), "--launch", launch.toString(), "--", PROGRAM)));
      } finally {
        Files.delete(launch);
      }
    } catch (IOException e) {
      return "the jail could not be tried (" + e + ")";
    }
  }

  private @Nullable String enter() {
    return refusal(
        Commands.run(
            JailHome.enter(String.valueOf(home.helper().getParent()), users, List.of(PROGRAM))));
  }

  private static @Nullable String refusal(Commands.Outcome outcome) {
    return outcome.worked()
        ? null
        : "the jail does not work here (status " + outcome.code() + ": " + outcome.output() + ")";
  }
}
