package org.polykern.jail.rule;

import java.util.List;

/**
 * Which files may be read, written and executed, for Landlock: the kernel tests the object that the
 * path leads to, after symbolic links and mounts, so nothing can change between test and use. What
 * Landlock cannot express (stat, access, chmod) has no rule here.
 */
public record PathRules(Beneath read, Beneath write, Beneath execute) {
  /** No restriction beyond what file ownership says. */
  public static final PathRules EVERYTHING =
      new PathRules(Beneath.EVERYTHING, Beneath.EVERYTHING, Beneath.EVERYTHING);

  /**
   * The files that one right covers.
   *
   * @param everything no restriction; then {@code paths} is empty
   * @param paths absolute; a directory stands for all that is below it
   */
  public record Beneath(boolean everything, List<String> paths) {
    public static final Beneath EVERYTHING = new Beneath(true, List.of());

    public Beneath {
      paths = List.copyOf(paths);
      if (everything && !paths.isEmpty()) {
        throw new IllegalArgumentException(
            "Expected no paths where everything is allowed, but there are " + paths + ".");
      }
      for (String path : paths) {
        if (!path.startsWith("/") || path.indexOf('\0') >= 0) {
          throw new IllegalArgumentException(
              "Expected an absolute path, but it is '" + path + "'.");
        }
      }
    }

    /** Only what lies at or below {@code paths}. */
    public static Beneath of(List<String> paths) {
      return new Beneath(false, paths);
    }
  }

  /** Whether a Landlock rule set is needed at all. */
  public boolean restricts() {
    return !(read.everything && write.everything && execute.everything);
  }
}
