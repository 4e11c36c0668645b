package org.polykern.jail.policy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.polykern.jail.call.Architecture;
import org.polykern.jail.call.SyscallTable;
import org.polykern.jail.nativelib.JailNative;
import org.polykern.jail.rule.Containment;
import org.polykern.jail.rule.LaunchText;
import org.polykern.jail.rule.Policy;
import org.polykern.jail.rule.RuleCompiler;
import org.polykern.jail.rule.RuleCompiler.Purpose;

/**
 * A real program under a real policy, all the way from the policy to the helper: as another user
 * where the test is root (M2), as the same one elsewhere (M1).
 */
record JailedRun(int status, String output, String errors, List<String> events) {
  private static final String USER = "65124 65124";

  static JailedRun of(Path directory, Policy policy, boolean watch, String... command)
      throws IOException, InterruptedException {
    Architecture architecture = Architecture.current();
    long[] rules =
        RuleCompiler.compile(
            policy,
            SyscallTable.of(architecture),
            new Containment.Supervised(),
            watch ? Purpose.WATCH : Purpose.REPORT);
    byte[] program = JailNative.compile(architecture.auditValue(), rules);
    boolean root = "root".equals(System.getProperty("user.name"));
    Path launch = Files.createTempFile(directory, "launch", "");
    Files.writeString(
        launch,
        "pk-jail 1\n"
            + (root ? "user " + USER + "\n" : "mode m1\n")
            + LaunchText.of(policy, program, watch));
    Path events = Files.createTempFile(directory, "events", "");
    Path output = Files.createTempFile(directory, "output", "");
    Path errors = Files.createTempFile(directory, "errors", "");
    List<String> whole = new ArrayList<>();
    whole.add(System.getProperty("polykern.jail.helper"));
    whole.addAll(List.of("--launch", launch.toString(), "--events", events.toString(), "--"));
    whole.addAll(List.of(command));
    Process helper =
        new ProcessBuilder(whole)
            .directory(Path.of("/tmp").toFile())
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile())
            .start();
    if (!helper.waitFor(60, TimeUnit.SECONDS)) {
      helper.destroyForcibly();
      throw new IOException("The jail did not end within 60 s: " + Files.readString(errors));
    }
    return new JailedRun(
        helper.exitValue(),
        Files.readString(output).strip(),
        Files.readString(errors).strip(),
        Files.readAllLines(events));
  }
}
