package org.polykern.embedded;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The small files of a data directory, and what can go wrong with them, in sentences. */
final class DataFiles {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");
  private static final long NEEDED_BYTES = 128L << 20;

  private DataFiles() {}

  /**
   * Creates the directory where it is missing. Others may pass through it, because an unprivileged
   * account may have to run PostgreSQL in it, but neither list it nor read a file of ours.
   *
   * @return its path without links, as {@code /proc} shows it
   */
  static Path directory(Path path) {
    return create(path, "rwx--x--x");
  }

  /** Creates a directory that is its owner's alone. */
  static Path privateDirectory(Path path) {
    return create(path, "rwx------");
  }

  private static Path create(Path path, String mode) {
    Path absolute = path.toAbsolutePath().normalize();
    try {
      if (!Files.isDirectory(absolute)) {
        Files.createDirectories(
            absolute, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode)));
      }
      return absolute.toRealPath();
    } catch (IOException e) {
      throw failed("create", absolute, e);
    }
  }

  /** The directory's path without links, or nothing when it is not there. */
  static Optional<Path> existing(Path path) {
    try {
      return Optional.of(path.toRealPath());
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (IOException e) {
      throw failed("enter", path, e);
    }
  }

  /** The password kept in {@code DIRECTORY/password}, made and written on first use. */
  static String password(Path directory) {
    Path file = directory.resolve("password");
    return readPassword(directory)
        .orElseGet(() -> {
          byte[] random = new byte[24];
          new SecureRandom().nextBytes(random);
          String password = HexFormat.of().formatHex(random);
          writeSecret(file, password + "\n");
          return password;
        });
  }

  static Optional<String> readPassword(Path directory) {
    return readIfPresent(directory.resolve("password"))
        .map(String::strip)
        .filter(password -> !password.isEmpty());
  }

  static Optional<String> readIfPresent(Path file) {
    try {
      return Optional.of(Files.readString(file));
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (IOException e) {
      throw failed("read", file, e);
    }
  }

  /** Writes a file that only its owner may read, whole or not at all. */
  static void writeSecret(Path file, String text) {
    Path draft = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.deleteIfExists(draft);
      Files.createFile(draft, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
      Files.writeString(draft, text);
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw failed("write", file, e);
    }
  }

  /** Deletes a directory with all that is in it; links are removed, not followed. */
  static void deleteTree(Path root) {
    try {
      Files.walkFileTree(
          root,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.deleteIfExists(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure)
                throws IOException {
              if (failure instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
              }
              throw failure;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                throws IOException {
              Files.deleteIfExists(directory);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw failed("delete", root, e);
    }
  }

  /** Says before a first start that the disk is too full, instead of failing half-way. */
  static void requireSpace(Path directory, String what) {
    try {
      FileStore store = Files.getFileStore(directory);
      if (store.getUsableSpace() < NEEDED_BYTES) {
        throw new EmbeddedServerException(
            "Expected %d MiB free for %s below %s, but only %d MiB are left on that disk; free some space or name another data directory."
                .formatted(NEEDED_BYTES >> 20, what, directory, store.getUsableSpace() >> 20));
      }
    } catch (IOException e) {
      throw failed("measure", directory, e);
    }
  }

  /** Whether hardly anything can be written there any more. */
  static boolean isFull(Path place) {
    try {
      return Files.getFileStore(place).getUsableSpace() < 1 << 20;
    } catch (IOException e) {
      throw failed("measure", place, e);
    }
  }

  static EmbeddedServerException failed(String verb, Path path, IOException cause) {
    String reason = cause.getMessage() == null ? "" : cause.getMessage();
    if (reason.contains("No space left on device")) {
      return new EmbeddedServerException(
          "Expected to %s %s, but the disk is full; free some space.".formatted(verb, path), cause);
    }
    return new EmbeddedServerException(
        "Expected to %s %s, but that failed: %s %s"
            .formatted(verb, path, cause.getClass().getSimpleName(), reason),
        cause);
  }
}
