package org.polykern.cli.terminal;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * Finds the keys that leave a terminal among those that are typed into it. Keys that may be the
 * beginning of them are kept back until the next one, or until {@link #flush}. Not thread-safe.
 */
public final class DetachKeys {
  private static final byte[] NOTHING = new byte[0];

  private final byte[] sequence;
  private int matched;
  private boolean complete;

  private DetachKeys(byte[] sequence) {
    this.sequence = sequence;
  }

  /**
   * From a text such as {@code ctrl-p,ctrl-q}: keys with commas between them, each one character or
   * {@code ctrl-} and one of {@code a-z @ [ \ ] ^ _}. Empty or {@code none}: no such keys.
   *
   * @throws IllegalArgumentException with a sentence, where it is none of these
   */
  public static DetachKeys parse(String text) {
    if (text.isEmpty() || text.equals("none")) {
      return new DetachKeys(NOTHING);
    }
    ByteArrayOutputStream keys = new ByteArrayOutputStream();
    for (String key : text.split(",", -1)) {
      keys.writeBytes(key(key));
    }
    return new DetachKeys(keys.toByteArray());
  }

  private static byte[] key(String key) {
    String lower = key.toLowerCase(Locale.ROOT);
    if (lower.startsWith("ctrl-") && key.length() == 6) {
      char c = Character.toUpperCase(key.charAt(5));
      if (c >= '@' && c <= '_') {
        return new byte[] {(byte) (c - '@')};
      }
    } else if (key.codePointCount(0, key.length()) == 1) {
      return key.getBytes(StandardCharsets.UTF_8);
    }
    throw new IllegalArgumentException(
        "Expected keys such as ctrl-p,ctrl-q (each one character, or ctrl- and a letter), but got '"
            + key
            + "'.");
  }

  /** What to pass on of the bytes that were typed; {@link #complete} says whether to leave. */
  byte[] typed(byte[] bytes, int length) {
    if (sequence.length == 0) {
      return Arrays.copyOf(bytes, length);
    }
    ByteArrayOutputStream passed = new ByteArrayOutputStream(length + sequence.length);
    for (int i = 0; i < length && !complete; i++) {
      next(bytes[i], passed);
    }
    return passed.toByteArray();
  }

  private void next(byte key, ByteArrayOutputStream passed) {
    // At most as often as there are keys in the sequence: each turn shortens what is kept back.
    while (matched > 0 && key != sequence[matched]) {
      int kept = borderOf(matched);
      passed.write(sequence, 0, matched - kept);
      matched = kept;
    }
    if (key == sequence[matched]) {
      matched++;
      complete = matched == sequence.length;
    } else {
      passed.write(key);
    }
  }

  /** The longest beginning of the sequence that also ends its first {@code length} keys. */
  private int borderOf(int length) {
    for (int border = length - 1; border > 0; border--) {
      if (Arrays.equals(sequence, 0, border, sequence, length - border, length)) {
        return border;
      }
    }
    return 0;
  }

  /** Whether keys are kept back. */
  boolean pending() {
    return matched > 0 && !complete;
  }

  /** What was kept back, because nothing followed it for a while. */
  byte[] flush() {
    byte[] kept = complete ? NOTHING : Arrays.copyOf(sequence, matched);
    matched = complete ? matched : 0;
    return kept;
  }

  /** Whether all of them were typed. */
  boolean complete() {
    return complete;
  }
}
