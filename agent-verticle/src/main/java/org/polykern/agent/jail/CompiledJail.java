package org.polykern.agent.jail;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.polykern.jail.call.Architecture;
import org.polykern.jail.call.SyscallTable;
import org.polykern.jail.nativelib.JailNative;
import org.polykern.jail.rule.Containment;
import org.polykern.jail.rule.LaunchText;
import org.polykern.jail.rule.Policy;
import org.polykern.jail.rule.PolicyText;
import org.polykern.jail.rule.RuleCompiler;
import org.polykern.jail.rule.RuleCompiler.Purpose;

/**
 * A policy as the runner takes it.
 *
 * @param launch lines for the helper
 * @param policy what of it the runner decides itself; the whole where plug-ins are asked
 */
record CompiledJail(String launch, String policy) {
  /** In m1 process 1 of the container is the user's own; runner and helper protect themselves. */
  private static final Containment SAME_USER = new Containment.SameUser(List.of(1), List.of(1));

  static CompiledJail of(Policy policy, boolean separateUsers, boolean watch) {
    var architecture = Architecture.current();
    var rules =
        RuleCompiler.compile(
            policy,
            SyscallTable.of(architecture),
            separateUsers ? new Containment.Supervised() : SAME_USER,
            watch ? Purpose.WATCH : Purpose.REPORT);
    var program = JailNative.compile(architecture.auditValue(), rules);
    return new CompiledJail(
        LaunchText.of(policy, program, watch), PolicyText.write(forRunner(policy)));
  }

  /** Where no plug-in is asked, only the filter needs the calls, and a runner starts sooner. */
  private static Policy forRunner(Policy policy) {
    if (policy.asks()) {
      return policy;
    }
    return new Policy(
        policy.name(),
        policy.allowDebug(),
        policy.unlisted(),
        Set.of(),
        Set.of(),
        List.of(),
        policy.paths(),
        policy.limits(),
        policy.environment(),
        policy.workingDirectory(),
        policy.report());
  }

  Map<String, Object> description(JailUsers users) {
    var values = new LinkedHashMap<String, Object>();
    values.put("mode", users.separate() ? "m2" : "m1");
    if (users.separate()) {
      values.put("uid", users.uid());
      values.put("gid", users.gid());
    }
    values.put("launch", launch);
    values.put("policy", policy);
    return values;
  }
}
