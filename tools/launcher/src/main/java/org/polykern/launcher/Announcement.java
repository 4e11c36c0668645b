package org.polykern.launcher;

import java.nio.file.Path;
import org.polykern.agent.AgentVerticle;
import org.polykern.launcher.instance.DataDirectory;

/** What a person wants to know once an instance is up. */
final class Announcement {
  private Announcement() {}

  /** Which backend runs the sessions, and what it cannot isolate. */
  static void of(AgentVerticle agent) {
    Console.say("  sessions  " + agent.backendSummary());
    agent.missingIsolation().forEach(missing -> Console.say("  warning   " + missing));
  }

  /** Where the keys are, and what to type next. */
  static void keys(DataDirectory data) {
    Console.say(
        "  keys      %s (administrator), %s (plain user)"
            .formatted(shown(data.adminEnv()), shown(data.userEnv())));
    Console.say("  log       " + shown(data.log().resolve("polykern.log")));
    Console.say("");
    Console.say("Try: ./polykern run -c 'print(6*7)' python");
  }

  /** Relative to the working directory where that is shorter. */
  private static Path shown(Path path) {
    var here = Path.of("").toAbsolutePath();
    return path.startsWith(here) ? here.relativize(path) : path;
  }
}
