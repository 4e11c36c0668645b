package org.polykern.jail.plugin;

import org.polykern.jail.rule.Policy;

/** What a plug-in jar implements and names in {@code META-INF/services}. */
public interface JailPolicyPlugin {
  /** The version of this interface. */
  int VERSION = 1;

  /** The version it was written for; others than {@link #VERSION} are reported and left out. */
  int version();

  /** How policies and messages call it; not blank, and no two jars share one. */
  String name();

  /**
   * A judge for one jail.
   *
   * @param policy what the jail's programs are under besides
   */
  CallJudge judge(Policy policy);
}
