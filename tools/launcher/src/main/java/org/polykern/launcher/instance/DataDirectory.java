package org.polykern.launcher.instance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/** Everything an instance keeps lies below one directory, readable by its owner alone. */
public record DataDirectory(Path root) {
  /** Makes the path absolute, so that it means the same in every process. */
  public DataDirectory {
    root = root.toAbsolutePath().normalize();
  }

  /**
   * Makes the directory.
   *
   * @throws UncheckedIOException with a sentence naming the directory
   */
  public void create() {
    try {
      Files.createDirectories(root);
      Files.createDirectories(log());
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Expected to be able to write to " + root + ", but: " + e.getMessage(), e);
    }
  }

  public Path postgres() {
    return root.resolve("postgres");
  }

  public Path redis() {
    return root.resolve("redis");
  }

  public Path agent() {
    return root.resolve("agent");
  }

  public Path log() {
    return root.resolve("log");
  }

  public Path secretKey() {
    return root.resolve("secret.key");
  }

  /** The administrator's keys as environment variables. */
  public Path adminEnv() {
    return root.resolve("client.env");
  }

  /** The plain user's keys as environment variables. */
  public Path userEnv() {
    return root.resolve("user.env");
  }

  Path lock() {
    return root.resolve("instance.lock");
  }

  Path instance() {
    return root.resolve("instance");
  }

  /** Replaces a file at one stroke; only its owner can read it (mode 600). */
  public static void writePrivately(Path file, byte[] content) {
    try {
      var next = file.resolveSibling(file.getFileName() + ".new");
      Files.deleteIfExists(next);
      Files.createFile(
          next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.write(next, content);
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Expected to be able to write " + file + ", but: " + e.getMessage(), e);
    }
  }
}
