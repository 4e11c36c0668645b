package org.polykern.runner.spawn;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/** Whether a file can be a program. */
public final class ProgramFile {
  private static final Set<PosixFilePermission> EXECUTE =
      Set.of(
          PosixFilePermission.OWNER_EXECUTE,
          PosixFilePermission.GROUP_EXECUTE,
          PosixFilePermission.OTHERS_EXECUTE);

  private ProgramFile() {}

  /**
   * Whether it is a file that somebody may execute. {@link Files#isExecutable} would ask for the
   * runner's own user, who in the jail's mode m2 is neither the one who looks at files nor the one
   * who will execute it.
   */
  public static boolean is(Path file) {
    try {
      return Files.isRegularFile(file)
          && Files.getPosixFilePermissions(file).stream().anyMatch(EXECUTE::contains);
    } catch (IOException e) {
      return false; // As good as absent: it is gone by now, or may not be looked at.
    }
  }
}
