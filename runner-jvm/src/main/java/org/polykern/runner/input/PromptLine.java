package org.polykern.runner.input;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** The last line of a stream as long as it has no end, which is where prompts stand. */
final class PromptLine {
  private static final int MAX_BYTES = 512;

  /** PIN must be a word of its own ("shipping:"), the longer words need not. */
  private static final Pattern PASSWORD =
      Pattern.compile(
          ".*(password|passphrase|passcode|\\bpin\\b).*[:?]\\s*",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private final ByteBuffer line = ByteBuffer.allocate(MAX_BYTES);

  void clear() {
    line.clear();
  }

  /** Takes the next piece of the stream; leaves its position alone. */
  void add(ByteBuffer text) {
    int from = Math.max(text.position(), text.limit() - MAX_BYTES);
    for (int i = from; i < text.limit(); i++) {
      byte b = text.get(i);
      if (b == '\n') {
        line.clear();
      } else {
        if (!line.hasRemaining()) {
          // Too long for a prompt; its end is what counts.
          line.clear();
        }
        line.put(b);
      }
    }
  }

  boolean asksForPassword() {
    String text = new String(line.array(), 0, line.position(), StandardCharsets.UTF_8);
    return PASSWORD.matcher(text).matches();
  }
}
