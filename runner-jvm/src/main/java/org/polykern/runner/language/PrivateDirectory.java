package org.polykern.runner.language;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Consumer;

/**
 * A directory below the temporary one that its owner alone may enter. User code runs as the same
 * user: what lies here is hidden from others, not from it.
 */
public final class PrivateDirectory {
  private final Path path;
  private final Consumer<String> log;

  private PrivateDirectory(Path path, Consumer<String> log) {
    this.path = path;
    this.log = log;
  }

  public static PrivateDirectory create(Consumer<String> log) throws IOException {
    Path path =
        Files.createTempDirectory(
            "pk-",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    return new PrivateDirectory(path.toRealPath(), log);
  }

  public Path path() {
    return path;
  }

  /** A file name in it. */
  public Path file(String name) {
    return path.resolve(name);
  }

  /** Removes a file; that it is gone already is no error. */
  public void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      log.accept("Could not remove " + file + ": " + e.getMessage());
    }
  }

  /** Removes the directory with all that lies in it; links are removed, not followed. */
  public void removeAll() {
    try {
      removeTree(path);
    } catch (IOException e) {
      log.accept("Could not remove " + path + ": " + e.getMessage());
    }
  }

  private static void removeTree(Path directory) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
          removeTree(entry);
        } else {
          Files.deleteIfExists(entry);
        }
      }
    }
    Files.deleteIfExists(directory);
  }
}
