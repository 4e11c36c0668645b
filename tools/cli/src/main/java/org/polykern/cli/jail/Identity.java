package org.polykern.cli.jail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.polykern.jail.rule.Containment;

/**
 * Who runs this process, as far as the jail cares.
 *
 * @param uid effective
 * @param gid effective
 * @param umask what new files may not have
 * @param pid this process
 * @param group its process group
 * @param hasTerminal whether its session has a terminal, whose Ctrl-C reaches its group
 */
record Identity(int uid, int gid, int umask, int pid, int group, boolean hasTerminal) {
  private static final Pattern SPACES = Pattern.compile("\\s+");

  /** Read from the kernel. */
  static Identity current() {
    try {
      List<String> status =
          Files.readAllLines(Path.of("/proc/self/status"), StandardCharsets.ISO_8859_1);
      String stat = Files.readString(Path.of("/proc/self/stat"), StandardCharsets.ISO_8859_1);
      // The program's name, in parentheses, may have spaces and parentheses itself.
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return new Identity(
          Integer.parseInt(field(status, "Uid:", 2)),
          Integer.parseInt(field(status, "Gid:", 2)),
          Integer.parseInt(field(status, "Umask:", 1), 8),
          (int) ProcessHandle.current().pid(),
          Integer.parseInt(fields[2]),
          !fields[4].equals("0"));
    } catch (IOException e) {
      throw new UncheckedIOException("Expected to read /proc, but it cannot be read", e);
    }
  }

  boolean root() {
    return uid == 0;
  }

  /** M2 for root; else M1, which protects this process too: it answers the helper's questions. */
  Containment containment() {
    return root()
        ? new Containment.Supervised()
        : new Containment.SameUser(
            pid == 1 ? List.of(1) : List.of(1, pid), group == 0 ? List.of() : List.of(group));
  }

  private static String field(List<String> status, String key, int index) {
    return status.stream()
        .filter(line -> line.startsWith(key))
        .map(line -> SPACES.split(line, -1)[index])
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("Expected a line " + key + " in /proc."));
  }
}
