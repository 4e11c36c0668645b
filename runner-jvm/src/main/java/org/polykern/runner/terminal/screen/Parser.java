package org.polykern.runner.terminal.screen;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Takes bytes apart into text, control characters and sequences, after the state machine that Paul
 * Williams drew of the VT500, with UTF-8 in place of 8-bit codes.
 *
 * <p>The bytes of what has only begun are kept, for they belong into a snapshot: whoever sees it
 * gets the rest as output. Of what is skipped anyway only a beginning of the same kind is kept.
 */
final class Parser {
  /** Longer texts of the system are ignored. */
  private static final int LONGEST = 1024;

  private static final int REPLACEMENT = 0xFFFD;
  private static final int ESC = 0x1B;

  // Numbers, since a switch over an enumeration looks each value up.
  private static final int GROUND = 0;
  private static final int ESCAPE = 1;
  private static final int ESCAPE_MORE = 2;
  private static final int SEQUENCE_START = 3;
  private static final int SEQUENCE = 4;
  private static final int SEQUENCE_MORE = 5;
  private static final int SEQUENCE_SKIPPED = 6;
  private static final int SYSTEM_TEXT = 7;
  private static final int SKIPPED_TEXT = 8;

  private final Controls actions;
  private final Params params = new Params();
  private final byte[] begun = new byte[LONGEST];
  private int begunLength;
  private int state = GROUND;
  private int prefix;
  private int between;
  private int betweenCount;
  private boolean tooLong;
  private int missing;
  private int codePoint;
  private int lowest;
  private int highest;

  Parser(Controls actions) {
    this.actions = actions;
  }

  /** The bytes of what has begun and not ended. */
  void writeBegun(SnapshotText out) {
    out.bytes(begun, begunLength);
  }

  void feed(byte[] bytes, int from, int to) {
    int i = state == GROUND && missing == 0 ? actions.skip(bytes, from, to) : from;
    while (i < to) {
      int next = state == GROUND && missing == 0 ? whole(bytes, i, to) : i;
      if (next == i) {
        step(bytes[i] & 0xFF);
        next++;
      }
      i = next;
    }
  }

  /**
   * Takes what is not cut and most frequent without going through the states: a run of text, a
   * control character, a character of UTF-8, a control sequence.
   *
   * @return what comes behind it; {@code from} where it is something else
   */
  private int whole(byte[] bytes, int from, int to) {
    int b = bytes[from];
    if (b >= 0x20 && b != 0x7F) {
      int end = from + 1;
      while (end < to && bytes[end] >= 0x20 && bytes[end] != 0x7F) {
        end++;
      }
      actions.text(bytes, from, end);
      return end;
    }
    if (b < 0) {
      return character(bytes, from, to);
    }
    if (b == ESC) {
      return from + 1 < to && bytes[from + 1] == '[' ? sequence(bytes, from, to) : from;
    }
    if (b == '\n' || b == '\r') {
      actions.control(b);
      return from + 1;
    }
    return from;
  }

  /**
   * A character of three bytes, as most are that are drawn; its bytes are looked at one by one
   * else.
   */
  private int character(byte[] bytes, int from, int to) {
    int lead = bytes[from] & 0xFF;
    if (lead > 0xE0
        && lead < 0xED
        && from + 2 < to
        && bytes[from + 1] < -64
        && bytes[from + 2] < -64) {
      actions.print(
          ((lead & 0x0F) << 12) | ((bytes[from + 1] & 0x3F) << 6) | (bytes[from + 2] & 0x3F));
      return from + 3;
    }
    return from;
  }

  private int sequence(byte[] bytes, int from, int to) {
    params.clear();
    int first = 0;
    int i = from + 2;
    if (i < to && bytes[i] == '?') {
      first = bytes[i++];
    }
    for (; i < to; i++) {
      int b = bytes[i];
      if (b >= '0' && b <= '9') {
        params.digit(b - '0');
      } else if (b == ';') {
        if (!params.next(false)) {
          return from;
        }
      } else if (b >= 0x40 && b < 0x7F) {
        actions.sequence(first, params, 0, b);
        return i + 1;
      } else {
        return from;
      }
    }
    return from;
  }

  private void step(int b) {
    if (missing > 0) {
      if (b >= lowest && b <= highest) {
        more(b);
        return;
      }
      missing = 0;
      begunLength = 0;
      actions.print(REPLACEMENT);
    }
    if (b == 0x18 || b == 0x1A) {
      ground();
    } else if (b == ESC) {
      if (state == SYSTEM_TEXT) {
        systemText();
      }
      begin(ESCAPE);
      keep(b);
    } else if (state == SYSTEM_TEXT) {
      inSystemText(b);
    } else if (state == SKIPPED_TEXT) {
      return;
    } else if (b >= 0x80) {
      ground(); // A letter ends what it cannot be part of.
      lead(b);
    } else if (b < 0x20) {
      actions.control(b);
    } else if (b != 0x7F) {
      inSequence(b);
    }
  }

  private void lead(int b) {
    lowest = 0x80;
    highest = 0xBF;
    if (b >= 0xC2 && b <= 0xDF) {
      missing = 1;
      codePoint = b & 0x1F;
    } else if (b >= 0xE0 && b <= 0xEF) {
      missing = 2;
      codePoint = b & 0x0F;
      lowest = b == 0xE0 ? 0xA0 : 0x80;
      highest = b == 0xED ? 0x9F : 0xBF;
    } else if (b >= 0xF0 && b <= 0xF4) {
      missing = 3;
      codePoint = b & 0x07;
      lowest = b == 0xF0 ? 0x90 : 0x80;
      highest = b == 0xF4 ? 0x8F : 0xBF;
    } else {
      actions.print(REPLACEMENT);
      return;
    }
    keep(b);
  }

  private void more(int b) {
    codePoint = (codePoint << 6) | (b & 0x3F);
    lowest = 0x80;
    highest = 0xBF;
    missing--;
    if (missing > 0) {
      keep(b);
      return;
    }
    begunLength = 0;
    if (codePoint < 0xA0) {
      // The controls of 8-bit codes are short for two characters.
      step(ESC);
      step(codePoint - 0x40);
    } else {
      actions.print(codePoint);
    }
  }

  private void inSequence(int b) {
    switch (state) {
      case ESCAPE, ESCAPE_MORE -> inEscape(b);
      case SEQUENCE_START, SEQUENCE, SEQUENCE_MORE -> inControlSequence(b);
      case SEQUENCE_SKIPPED -> {
        if (b >= 0x40) {
          ground();
        }
      }
      default -> actions.print(b); // What follows half a character.
    }
  }

  private void inEscape(int b) {
    if (b < 0x30) {
      state = ESCAPE_MORE;
      between(b);
      return;
    }
    boolean first = state == ESCAPE;
    if (first && b == '[') {
      keep(b);
      state = SEQUENCE_START;
      params.clear();
    } else if (first && b == ']') {
      keep(b);
      state = SYSTEM_TEXT;
    } else if (first && (b == 'P' || b == 'X' || b == '^' || b == '_')) {
      // None of these is understood, and all are skipped alike; a viewer shall do so too.
      keep('_');
      state = SKIPPED_TEXT;
    } else {
      int kept = betweenCount > 1 ? -1 : between;
      ground();
      if (kept >= 0) {
        actions.escape(kept, b);
      }
    }
  }

  private void inControlSequence(int b) {
    if (b >= 0x40) {
      int kept = betweenCount > 1 ? -1 : between;
      int first = prefix;
      ground();
      if (kept >= 0) {
        actions.sequence(first, params, kept, b);
      }
    } else if (b < 0x30) {
      state = SEQUENCE_MORE;
      between(b);
    } else if (b >= 0x3C && state == SEQUENCE_START) {
      prefix = b;
      state = SEQUENCE;
      keep(b);
    } else if (b >= 0x3C || state == SEQUENCE_MORE || !number(b)) {
      skipSequence();
    } else {
      state = SEQUENCE;
      keep(b);
    }
  }

  private boolean number(int b) {
    if (b <= '9') {
      params.digit(b - '0');
      return true;
    }
    return params.next(b == ':');
  }

  private void between(int b) {
    between = b;
    betweenCount++;
    keep(b);
  }

  private void skipSequence() {
    state = SEQUENCE_SKIPPED;
    begunLength = 0;
    for (byte b : new byte[] {ESC, '[', '1', '?'}) {
      keep(b);
    }
  }

  private void inSystemText(int b) {
    if (b == 0x07) {
      systemText();
      ground();
    } else if (b >= 0x20 && !tooLong) {
      keep(b);
      tooLong |= begunLength == 3 && b == 'x'; // The beginning that stands for one too long.
    }
  }

  private void systemText() {
    if (!tooLong) {
      byte[] text = Arrays.copyOfRange(begun, 2, begunLength);
      actions.system(new String(text, StandardCharsets.UTF_8));
    }
  }

  private void ground() {
    begin(GROUND);
  }

  private void begin(int next) {
    state = next;
    begunLength = 0;
    prefix = 0;
    between = 0;
    betweenCount = 0;
    tooLong = false;
  }

  private void keep(int b) {
    if (begunLength == LONGEST) {
      if (state == SYSTEM_TEXT) {
        tooLong = true;
        begunLength = 2;
        begun[begunLength++] = 'x'; // Which is no command.
      } else {
        skipSequence();
      }
      return;
    }
    begun[begunLength++] = (byte) b;
  }
}
