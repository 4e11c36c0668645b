package org.polykern.agent.kernel;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.polykern.agent.backend.RunnerPlace;

/** The runner's command line, as docs/runner-link.md has it. */
final class RunnerCommand {
  private final boolean cached;

  /**
   * @param kernelHome on the host, to see whether there is an AOT cache
   */
  RunnerCommand(Path kernelHome) {
    cached = Files.isRegularFile(kernelHome.resolve("runner.aot"));
  }

  List<String> at(RunnerPlace place) {
    var home = place.home();
    var words = new ArrayList<String>();
    words.add(home + "/runtime/bin/pk-runner");
    words.add("@" + home + "/runner.args");
    if (cached) {
      words.add("-XX:AOTCache=" + home + "/runner.aot");
    }
    words.addAll(List.of("-cp", home + "/runner.jar", "org.polykern.runner.Main"));
    words.addAll(List.of("--config", place.config(), "--work", place.work(), "--run", place.run()));
    return words;
  }
}
