package org.polykern.cli.jail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * As whom root's programs run.
 *
 * @param assumed whether nobody said so
 */
record ProgramUser(int uid, int gid, boolean assumed) {
  private static final Pattern WRITTEN = Pattern.compile("(\\d{1,10})(?::(\\d{1,10}))?");

  /** The user that belongs to nobody's files, and its group. */
  private static final int NOBODY = 65534;

  /**
   * The user that {@code option} names, else the one who called sudo, else nobody; empty where this
   * process is not root: then programs run as the same user.
   */
  static Optional<ProgramUser> of(
      @Nullable String option, Map<String, String> environment, Identity self) {
    if (option != null) {
      ProgramUser user = written(option);
      if (self.root()) {
        return Optional.of(user);
      }
      if (user.uid != self.uid() || user.gid != self.gid()) {
        throw CommandProblem.usage(
            "Expected root to run programs as user %s, but this is user %d: leave --user out."
                .formatted(option, self.uid()));
      }
    }
    if (!self.root()) {
      return Optional.empty();
    }
    int caller = number(environment.get("SUDO_UID"));
    int group = number(environment.get("SUDO_GID"));
    return Optional.of(
        caller > 0 && group > 0
            ? new ProgramUser(caller, group, false)
            : new ProgramUser(NOBODY, NOBODY, true));
  }

  private static ProgramUser written(String option) {
    Matcher ids = WRITTEN.matcher(option);
    if (!ids.matches()) {
      throw CommandProblem.usage(
          "Expected --user UID or UID:GID, both numbers, but it is '%s'.".formatted(option));
    }
    int uid = number(ids.group(1));
    int gid = ids.group(2) == null ? uid : number(ids.group(2));
    if (uid < 1 || gid < 0) {
      throw CommandProblem.usage(
          ("Expected --user to be another than root, from 1 to 2147483647, but it is '%s': the jail"
                  + " stands on the program being another user than its tracer.")
              .formatted(option));
    }
    return new ProgramUser(uid, gid, false);
  }

  private static int number(@Nullable String digits) {
    try {
      return digits == null ? -1 : Integer.parseInt(digits);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /** What a login would set; nothing of an account that does not exist. */
  Map<String, String> variables() {
    for (String line : accounts()) {
      String[] fields = line.split(":", -1);
      if (fields.length == 7 && fields[2].equals(Integer.toString(uid))) {
        return Map.of("HOME", fields[5], "USER", fields[0], "LOGNAME", fields[0]);
      }
    }
    return Map.of("HOME", "/");
  }

  private static List<String> accounts() {
    try {
      return Files.readAllLines(Path.of("/etc/passwd"), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return List.of();
    }
  }

  /**
   * A sentence where nobody chose this user and it may not enter the working directory, or not read
   * it: then many programs fail for no visible reason.
   */
  Optional<String> doubt(Path directory) {
    if (!assumed || openToAll(directory.toAbsolutePath().normalize())) {
      return Optional.empty();
    }
    return Optional.of(
        "The program runs as user %d, who cannot read %s; --user UID[:GID] names another."
            .formatted(uid, directory.toAbsolutePath().normalize()));
  }

  private static boolean openToAll(Path directory) {
    try {
      int last = mode(directory);
      boolean open = (last & 05) == 05;
      for (Path above = directory.getParent(); open && above != null; above = above.getParent()) {
        open = (mode(above) & 01) != 0;
      }
      return open;
    } catch (IOException e) {
      return true; // Nothing is known, so nothing is said.
    }
  }

  private static int mode(Path directory) throws IOException {
    return (Integer) Files.getAttribute(directory, "unix:mode");
  }
}
