package org.polykern.runner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.polykern.jail.call.Architecture;
import org.polykern.jail.call.SyscallTable;
import org.polykern.jail.nativelib.JailNative;
import org.polykern.jail.rule.Containment;
import org.polykern.jail.rule.LaunchText;
import org.polykern.jail.rule.Policy;
import org.polykern.jail.rule.PolicyText;
import org.polykern.jail.rule.RuleCompiler;
import org.polykern.runner.loop.EventLoop;
import org.polykern.runner.spawn.JailJudges;
import org.polykern.runner.spawn.JailSettings;
import org.polykern.runner.spawn.JailSpawner;
import org.polykern.runner.spawn.Refusals;
import org.polykern.runner.spawn.Spawner;

/**
 * What an agent does for the jail of a session: in mode m2, with users of the tests' own, where the
 * test is root, else in mode m1.
 */
public final class JailFixture {
  /** Numbers that no system and no other test gives to anybody. */
  static final int USER = 59_101;

  static final int RUNNER = 59_102;
  static final boolean SUPERVISED = "root".equals(System.getProperty("user.name"));

  private JailFixture() {}

  /** The value of {@code jail} in runner.json. */
  static Map<String, Object> config(Policy policy) {
    return config(policy, false);
  }

  /** The same for an operator who may only want to watch. */
  static Map<String, Object> config(Policy policy, boolean watch) {
    return Map.of(
        "mode",
        SUPERVISED ? "m2" : "m1",
        "uid",
        USER,
        "gid",
        USER,
        "launch",
        launch(policy, SUPERVISED, watch),
        "policy",
        PolicyText.write(policy));
  }

  /** Starts programs jailed as the test's own user, in mode m1 hence. */
  public static Spawner sameUser(EventLoop loop) throws IOException {
    Policy policy = Policy.DEFAULT;
    JailSettings settings = new JailSettings(null, launch(policy, false, false), policy);
    JailJudges none = JailJudges.load(policy, Path.of("no-plug-ins"), line -> {});
    return new JailSpawner(settings, none, new Refusals(line -> {}), loop);
  }

  private static String launch(Policy policy, boolean supervised, boolean watch) {
    Architecture architecture = Architecture.current();
    Containment containment =
        supervised
            ? new Containment.Supervised()
            : new Containment.SameUser(List.of(1), List.of(1));
    long[] rules =
        RuleCompiler.compile(
            policy,
            SyscallTable.of(architecture),
            containment,
            watch ? RuleCompiler.Purpose.WATCH : RuleCompiler.Purpose.REPORT);
    byte[] program = JailNative.compile(architecture.auditValue(), rules);
    return LaunchText.of(policy, program, watch);
  }

  /** What begins the runner's command line. */
  static List<String> enter() {
    return SUPERVISED
        ? List.of(RunnerFiles.helper().toString(), "--enter", RUNNER + ":" + USER, "--")
        : List.of();
  }

  /** Gives a file or directory to the runner alone. */
  static void giveToRunner(Path path, String permissions) throws IOException {
    give(path, RUNNER, permissions);
  }

  /** Gives a file or directory to the session's user. */
  static void giveToUser(Path path, String permissions) throws IOException {
    give(path, USER, permissions);
  }

  private static void give(Path path, int user, String permissions) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    if (SUPERVISED) {
      Files.setAttribute(path, "unix:uid", user);
      Files.setAttribute(path, "unix:gid", USER);
    }
  }
}
