package org.polykern.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Memory of a process as the kernel accounts it, from {@code smaps_rollup}. */
record Memory(double rssMegabytes, double pssMegabytes) {
  static Memory of(long pid) throws IOException {
    return of(Path.of("/proc/" + pid + "/smaps_rollup"));
  }

  static Memory of(Path smapsRollup) throws IOException {
    return new Memory(
        kilobytes(smapsRollup, "Rss:") / 1024.0, kilobytes(smapsRollup, "Pss:") / 1024.0);
  }

  private static long kilobytes(Path file, String key) throws IOException {
    try (var lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith(key))
          .map(line -> line.replaceAll("\\D", ""))
          .mapToLong(Long::parseLong)
          .findFirst()
          .orElseThrow(
              () -> new IOException("Expected " + key + " in " + file + ", but it is not there"));
    }
  }
}
