package org.polykern.runner.legacy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The beginning of a stream of text, and a mark that says how much is missing. */
final class CutText {
  /** Unicode characters that are kept. */
  static final int LIMIT = 524_288;

  private final StringBuilder kept = new StringBuilder();
  private int keptCharacters;
  private long cutCharacters;

  /** Adds text that is whole characters. */
  void add(ByteBuffer utf8) {
    add(StandardCharsets.UTF_8.decode(utf8.duplicate()).toString());
  }

  /** Adds text. */
  void add(String text) {
    int characters = text.codePointCount(0, text.length());
    int taken = Math.min(characters, LIMIT - keptCharacters);
    kept.append(text, 0, text.offsetByCodePoints(0, taken));
    keptCharacters += taken;
    cutCharacters += characters - taken;
  }

  /** What was kept, without a mark. */
  String kept() {
    return kept.toString();
  }

  /** What was kept, and the mark if something was not. */
  @Override
  public String toString() {
    return cutCharacters == 0
        ? kept()
        : kept
            + String.format(
                Locale.ROOT, "%n[polykern: %,d more characters were cut here]%n", cutCharacters);
  }
}
