package org.polykern.cli.jail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.polykern.cli.run.Terminal;
import org.polykern.jail.plugin.CallJudge;
import org.polykern.jail.plugin.PluginJars;
import org.polykern.jail.rule.CallAction;
import org.polykern.jail.rule.Policy;

/** The plug-ins of one directory as one judge: all are asked, and the first refusal counts. */
final class PluginJudges implements AutoCloseable {
  private final PluginJars jars;
  private final @Nullable CallJudge judge;

  private PluginJudges(PluginJars jars, @Nullable CallJudge judge) {
    this.jars = jars;
    this.judge = judge;
  }

  /**
   * Loads them and complains about those that cannot be.
   *
   * @param directory where the jars are, null for none
   */
  static PluginJudges load(@Nullable Path directory, Policy policy, Terminal terminal) {
    if (directory != null && !Files.isDirectory(directory)) {
      throw CommandProblem.usage(
          "Expected a directory of jars after --plugins, but %s is none.".formatted(directory));
    }
    try {
      PluginJars jars = PluginJars.load(directory == null ? Path.of("/dev/null") : directory);
      jars.broken()
          .forEach(broken ->
              terminal
                  .err()
                  .println("warning: " + broken.jar() + " is left out: " + broken.sentence()));
      if (policy.asks() && jars.plugins().isEmpty()) {
        terminal
            .err()
            .println(
                "warning: Policy '%s' asks plug-ins, but there are none, so those calls fail; name"
                        .formatted(policy.name())
                    + " the directory of the jars with --plugins.");
      }
      boolean needed = policy.asks() && !jars.plugins().isEmpty();
      return new PluginJudges(jars, needed ? all(jars, policy) : null);
    } catch (IOException e) {
      throw new CommandProblem(
          ExitCodes.NO_JAIL, "Expected to read the plug-ins, but: " + e.getMessage());
    }
  }

  private static CallJudge all(PluginJars jars, Policy policy) {
    List<CallJudge> judges =
        jars.plugins().stream().map(plugin -> plugin.judge(policy).guarded()).toList();
    return new CallJudge() {
      @Override
      public CallAction decide(Asked call) {
        for (CallJudge judge : judges) {
          CallAction action = judge.decide(call);
          if (action != CallAction.Plain.ALLOW) {
            return action;
          }
        }
        return CallAction.Plain.ALLOW;
      }

      @Override
      public void close() {
        judges.forEach(CallJudge::close);
      }
    };
  }

  /** Who decides; null where nothing is asked. */
  @Nullable CallJudge judge() {
    return judge;
  }

  @Override
  public void close() {
    if (judge != null) {
      judge.close();
    }
    try {
      jars.close();
    } catch (IOException e) {
      // They were only read; the process ends next.
    }
  }
}
