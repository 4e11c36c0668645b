package org.polykern.jail.plugin;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.polykern.jail.rule.CallAction;
import org.polykern.jail.rule.Errno;

/**
 * Answers the helper's questions by a judge: give it every line of the helper's events, and write
 * what it returns to the helper's answers at once. The caller of the questioned call stands still
 * meanwhile, all others go on. One thread per jail.
 */
public final class CallQuestions {
  /** As the helper writes it: everything that is not plain ASCII in the name is escaped. */
  private static final Pattern ASK =
      Pattern.compile(
          "\\{\"event\":\"ask\",\"id\":(\\d{1,18}),\"call\":\"(\\w{1,64})\",\"nr\":\\d+,"
              + "\"pid\":(\\d{1,9}),\"program\":\"((?:[^\"\\\\]|\\\\u[0-9a-f]{4})*)\","
              + "\"args\":\\[((?:\"0x[0-9a-f]{1,16}\",){5}\"0x[0-9a-f]{1,16}\")].*}");

  private static final Pattern QUESTION =
      Pattern.compile("\\{\"event\":\"ask\",\"id\":(\\d{1,18}).*");
  private static final Pattern ESCAPE = Pattern.compile("\\\\u([0-9a-f]{4})");

  private final CallJudge judge;

  /** Asks {@code judge}; whatever that throws is a refusal. */
  public CallQuestions(CallJudge judge) {
    this.judge = judge.guarded();
  }

  /**
   * The line of the answer, with its end; empty when {@code event} is no question. A question that
   * cannot be read is refused.
   */
  public Optional<String> answer(String event) {
    Matcher question = QUESTION.matcher(event);
    if (!question.matches()) {
      return Optional.empty();
    }
    Matcher ask = ASK.matcher(event);
    int errno = ask.matches() ? errno(judge.decide(asked(ask))) : Errno.EPERM;
    return Optional.of(question.group(1) + " " + errno + "\n");
  }

  private static CallJudge.Asked asked(MatchResult ask) {
    List<Long> registers = new ArrayList<>();
    for (String word : ask.group(5).split(",", -1)) {
      registers.add(Long.parseUnsignedLong(word.substring(3, word.length() - 1), 16));
    }
    String program =
        ESCAPE
            .matcher(ask.group(4))
            .replaceAll(escape ->
                Matcher.quoteReplacement(
                    Character.toString(Integer.parseInt(escape.group(1), 16))));
    return new CallJudge.Asked(Integer.parseInt(ask.group(3)), program, ask.group(2), registers);
  }

  private static int errno(CallAction action) {
    return switch (action) {
      case CallAction.Plain.ALLOW -> 0;
      case CallAction.Refuse refusal -> refusal.errno();
      default -> Errno.EPERM;
    };
  }
}
