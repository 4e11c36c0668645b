package org.polykern.accel.mock;

import java.util.ArrayList;
import java.util.List;

/** Everything that is wrong with a file. */
final class FileErrors {
  private final String file;
  private final List<String> found = new ArrayList<>();

  FileErrors(String file) {
    this.file = file;
  }

  void add(int line, String key, String sentence) {
    found.add(file + ":" + line + ": " + (key.isEmpty() ? "" : key + ": ") + sentence);
  }

  /** Throws all of them, one a line. */
  void finish() {
    if (!found.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", found));
    }
  }
}
