package org.polykern.agent.run;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.polykern.agent.runnerlink.OutputKind;

/** Records what runs ask of a runner, and plays its messages in order. */
final class FakeRunner implements RunnerPort {
  final List<String> asked = new ArrayList<>();
  long acked;
  private long seq;

  void say(KernelRuns runs, String run, OutputKind kind, String body) {
    runs.onOutput(kind, run, ++seq, body.getBytes(StandardCharsets.UTF_8));
  }

  void repeat(KernelRuns runs, String run, OutputKind kind, String body, long at) {
    runs.onOutput(kind, run, at, body.getBytes(StandardCharsets.UTF_8));
  }

  void finish(KernelRuns runs, String run, int code) {
    say(runs, run, OutputKind.FINISHED, "{\"exitCode\": " + code + "}");
  }

  @Override
  public void code(String run, String source) {
    asked.add("code " + run);
  }

  @Override
  public void batch(String run, String clean, String build, String exec) {
    asked.add("batch " + run + " [" + clean + "] [" + build + "] [" + exec + "]");
  }

  @Override
  public void cancel(String run) {
    asked.add("cancel " + run);
  }

  @Override
  public void input(String run, String text) {
    asked.add("input " + run + " " + text);
  }

  @Override
  public void interrupt(@Nullable String run) {
    asked.add("interrupt " + run);
  }

  @Override
  public void ack(long upTo) {
    acked = upTo;
  }

  @Override
  public void hello() {
    asked.add("hello");
  }
}
