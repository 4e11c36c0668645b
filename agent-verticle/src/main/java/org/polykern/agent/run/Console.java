package org.polykern.agent.run;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.polykern.agent.runnerlink.OutputKind;
import org.polykern.common.bus.RunCommand.ConsoleItem;

/**
 * Fills the console list of one answer: contiguous texts of one stream become one item, and no
 * stream gets more than the API's limit of code points. What does not fit stays for the next call.
 */
final class Console {
  /** Unicode characters per stream and call. */
  static final int LIMIT_POINTS = 524_288;

  /** Characters of rich results in one answer; a longer result travels alone. */
  static final int LIMIT_RICH_POINTS = 4 << 20;

  private final List<ConsoleItem> items = new ArrayList<>();
  private final StringBuilder block = new StringBuilder();
  private OutputKind blockKind = OutputKind.STDOUT;
  private int stdoutPoints;
  private int stderrPoints;
  private int richPoints;

  /**
   * Takes outputs from the front until a control message or a limit; each one taken whole is marked
   * as handed.
   *
   * @return false when a limit was hit and more is there
   */
  boolean takeFrom(ArrayDeque<Output> unread) {
    for (var next = unread.peek(); next != null && !next.isControl(); next = unread.peek()) {
      var room = room(next);
      if (next.points() > room) {
        if (next.isStream() && room == LIMIT_POINTS) {
          split(unread);
        }
        return false;
      }
      unread.remove();
      add(next);
      next.receipt().handed = true;
    }
    return true;
  }

  /** Says that text is missing here; nothing for 0. */
  void mark(long droppedPoints) {
    if (droppedPoints > 0) {
      add(Output.text(OutputKind.STDERR, new Receipt(0, 0), droppedMark(droppedPoints)));
    }
  }

  static String droppedMark(long points) {
    return String.format(Locale.ROOT, "\n[polykern: %,d characters were dropped here]\n", points);
  }

  List<ConsoleItem> items() {
    flush();
    return items;
  }

  private int room(Output output) {
    return switch (output.kind()) {
      case STDOUT -> LIMIT_POINTS - stdoutPoints;
      case STDERR -> LIMIT_POINTS - stderrPoints;
      default -> richPoints == 0 ? Integer.MAX_VALUE : LIMIT_RICH_POINTS - richPoints;
    };
  }

  /** Only a runner that breaks the protocol sends texts this long; they are cut, not dropped. */
  private void split(ArrayDeque<Output> unread) {
    var whole = unread.remove();
    var cut = whole.text().offsetByCodePoints(0, LIMIT_POINTS);
    add(Output.text(whole.kind(), whole.receipt(), whole.text().substring(0, cut)));
    unread.addFirst(Output.text(whole.kind(), whole.receipt(), whole.text().substring(cut)));
  }

  private void add(Output output) {
    switch (output.kind()) {
      case STDOUT, STDERR -> {
        if (output.kind() != blockKind) {
          flush();
          blockKind = output.kind();
        }
        block.append(output.text());
        if (output.kind() == OutputKind.STDOUT) {
          stdoutPoints += output.points();
        } else {
          stderrPoints += output.points();
        }
      }
      case MEDIA, HTML -> {
        flush();
        items.add(new ConsoleItem(output.kind().wire(), output.mime(), output.text()));
        richPoints += Math.max(1, output.points());
      }
      case CLEAN_FINISHED, BUILD_FINISHED, WAITING_INPUT, FINISHED ->
          throw new IllegalStateException("Expected console output, but got " + output.kind());
    }
  }

  private void flush() {
    if (!block.isEmpty()) {
      items.add(new ConsoleItem(blockKind.wire(), null, block.toString()));
      block.setLength(0);
    }
  }
}
