package org.polykern.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.polykern.common.bus.RunCommand;
import org.polykern.common.bus.RunCommand.Execute;
import org.polykern.common.bus.RunCommand.Mode;
import org.polykern.common.bus.RunCommand.Outcome;
import org.polykern.common.id.KernelId;
import org.polykern.common.id.RunId;
import org.polykern.common.image.ImageFacts;
import org.polykern.common.kernel.KernelState;

/** A language of the kernel home, as the process backend offers and runs it. */
final class LanguagesIT {
  @TempDir Path data;

  @Test
  void shouldOfferAndRunWhatTheHostHas() {
    try (var agent = new AgentFixture(AgentFixture.process(data))) {
      Awaitility.await()
          .atMost(AgentFixture.LONG)
          .until(() -> agent.images.stream().anyMatch(image -> image.aliases().contains("sh")));
      var image = agent.images.stream().filter(i -> i.aliases().contains("sh")).findFirst().get();
      var kernel = start(agent, image);
      assertThat(agent.run(kernel, "x=6").exitCode()).isZero();
      assertThat(agent.run(kernel, "echo $((x * 7))").stdout()).isEqualTo("42\n");

      var steps = new ArrayList<String>();
      var options = Map.<String, Object>of("build", "echo made; exit 2", "exec", "echo never");
      RunCommand call = new Execute(kernel, new RunId("b"), Mode.BATCH, "", options, 2000, 50);
      for (var status = ""; !status.equals("finished"); ) {
        var answer = (Outcome.Result) agent.ask(call);
        status = answer.status();
        var text = new StringBuilder();
        answer.console().stream()
            .filter(item -> item.kind().equals("stdout"))
            .forEach(item -> text.append(item.text()));
        if (!status.equals("continued")) {
          steps.add(status + " " + answer.exitCode());
        }
        if (!text.isEmpty()) {
          steps.add(text.toString());
        }
        call = new Execute(kernel, new RunId("b"), Mode.CONTINUE, "", Map.of(), 2000, 50);
      }
      assertThat(steps)
          .containsExactlyInAnyOrder(
              "clean-finished 0", "made\n", "build-finished 2", "finished 127");
      assertThat(steps).containsSubsequence("clean-finished 0", "build-finished 2", "finished 127");
      agent.stopAndWait(kernel);
    }
  }

  private static KernelId start(AgentFixture agent, ImageFacts image) {
    var kernel = KernelId.random();
    agent.start(agent.spec(kernel, "512m", image.name()), 1);
    agent.awaitState(kernel, KernelState.RUNNING);
    return kernel;
  }
}
