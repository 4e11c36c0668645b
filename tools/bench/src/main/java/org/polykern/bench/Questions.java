package org.polykern.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.polykern.jail.plugin.CallJudge;
import org.polykern.jail.plugin.CallQuestions;
import org.polykern.jail.rule.CallAction;

/** Says yes to every question of one jail, by the way that plug-ins are asked. */
final class Questions {
  private final Path events;
  private final Path answers;
  private final CallQuestions questions =
      new CallQuestions(
          new CallJudge() {
            @Override
            public CallAction decide(Asked call) {
              return CallAction.Plain.ALLOW;
            }
          });

  private Questions(Path events, Path answers) {
    this.events = events;
    this.answers = answers;
  }

  /** Answers from now on until the jail ends. */
  static Questions answer(JailBed bed) throws IOException, InterruptedException {
    var answered = new Questions(bed.pipe("events"), bed.pipe("answers"));
    Thread.ofPlatform().daemon().name("questions").start(answered::untilTheEnd);
    return answered;
  }

  /** What the helper needs to ask. */
  List<String> options() {
    return List.of("--events", events.toString(), "--answers", answers.toString());
  }

  private void untilTheEnd() {
    try (var lines = Files.newBufferedReader(events);
        var out = Files.newOutputStream(answers)) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        var answer = questions.answer(line);
        if (answer.isPresent()) {
          out.write(answer.get().getBytes(StandardCharsets.US_ASCII));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
