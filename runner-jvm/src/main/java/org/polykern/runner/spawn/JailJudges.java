package org.polykern.runner.spawn;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.polykern.jail.plugin.CallJudge;
import org.polykern.jail.plugin.JailPolicyPlugin;
import org.polykern.jail.plugin.PluginJars;
import org.polykern.jail.rule.CallAction;
import org.polykern.jail.rule.Errno;
import org.polykern.jail.rule.Policy;

/** The operator's plug-ins, all of which are asked about a traced call. */
public final class JailJudges {
  private final Policy policy;
  private final List<JailPolicyPlugin> plugins;
  private final Consumer<String> log;

  private JailJudges(Policy policy, List<JailPolicyPlugin> plugins, Consumer<String> log) {
    this.policy = policy;
    this.plugins = plugins;
    this.log = log;
  }

  /**
   * Loads the jars of a directory when the policy has calls to ask about; a missing directory has
   * none. Jars that cannot be used are logged and left out.
   *
   * @throws IOException if the directory cannot be listed
   */
  public static JailJudges load(Policy policy, Path directory, Consumer<String> log)
      throws IOException {
    if (!policy.asks()) {
      return new JailJudges(policy, List.of(), log);
    }
    // Never closed: its plug-ins live as long as the runner.
    PluginJars jars = PluginJars.load(directory);
    for (PluginJars.Broken broken : jars.broken()) {
      log.accept("The jail plug-in " + broken.jar() + " was left out: " + broken.sentence());
    }
    return new JailJudges(policy, jars.plugins(), log);
  }

  /** A judge for one jail, or null when there is no plug-in: then nobody permits a traced call. */
  @Nullable CallJudge judge() {
    if (plugins.isEmpty()) {
      return null;
    }
    List<CallJudge> judges = new ArrayList<>();
    for (JailPolicyPlugin plugin : plugins) {
      judges.add(judge(plugin));
    }
    return new All(judges, log);
  }

  private CallJudge judge(JailPolicyPlugin plugin) {
    try {
      return plugin.judge(policy).guarded();
    } catch (RuntimeException | LinkageError e) {
      log.accept("The jail plug-in " + plugin.name() + " made no judge, so it refuses: " + e);
      return call -> CallAction.refuse(Errno.EPERM);
    }
  }

  /** Asks one after the other; the first refusal counts. */
  private record All(List<CallJudge> judges, Consumer<String> log) implements CallJudge {
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
      for (CallJudge judge : judges) {
        try {
          judge.close();
        } catch (RuntimeException | LinkageError e) {
          log.accept("A judge of a jail plug-in could not be closed: " + e);
        }
      }
    }
  }
}
