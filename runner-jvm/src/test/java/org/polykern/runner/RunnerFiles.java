package org.polykern.runner;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a runner is started from, copied to where every user can read it: the user of a build may
 * keep its sources and libraries to itself, and the runner runs as another one.
 */
final class RunnerFiles {
  private static final Set<PosixFilePermission> READABLE =
      PosixFilePermissions.fromString("r-xr-xr-x");
  private static final Set<PosixFilePermission> WRITABLE_BY_OWNER =
      PosixFilePermissions.fromString("rwxr-xr-x");
  private static final Path FOLDER = copy();

  private RunnerFiles() {}

  /** The JVM with the runner's options and class path. */
  static List<String> jvm() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "@" + FOLDER.resolve("runner.args"),
        "-Drunner.home=" + FOLDER.resolve("native"),
        "-cp",
        FOLDER.resolve("classes") + ":" + FOLDER.resolve("lib") + "/*");
  }

  static Path languages() {
    return FOLDER.resolve("languages");
  }

  static Path helper() {
    return FOLDER.resolve("native/pk-jail");
  }

  /** Lets every user pass through a directory and what it lies in. */
  static void open(Path directory) throws IOException {
    for (Path at = directory.toAbsolutePath(); at != null; at = at.getParent()) {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(at);
      if (permissions.contains(PosixFilePermission.OTHERS_EXECUTE)) {
        return;
      }
      permissions.addAll(WRITABLE_BY_OWNER);
      Files.setPosixFilePermissions(at, permissions);
    }
  }

  private static Path copy() {
    try {
      Path folder = Files.createTempDirectory("runner-under-test-");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
      Files.setPosixFilePermissions(folder, WRITABLE_BY_OWNER);
      for (Path entry : classPath()) {
        boolean jar = Files.isRegularFile(entry);
        copy(
            entry,
            jar ? folder.resolve("lib").resolve(entry.getFileName()) : folder.resolve("classes"));
      }
      copy(Path.of("src/main/languages"), folder.resolve("languages"));
      copy(Path.of("src/kernel/runner.args"), folder.resolve("runner.args"));
      copy(Path.of(System.getProperty("runner.home")), folder.resolve("native"));
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Last first: where two directories have a class, that of the first one must remain. */
  private static List<Path> classPath() {
    List<Path> entries = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      String name = Path.of(entry).getFileName().toString();
      if (name.equals("classes") || name.startsWith("jail-native") || name.startsWith("jeromq")) {
        entries.addFirst(Path.of(entry));
      }
    }
    return entries;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
          Files.setPosixFilePermissions(target, WRITABLE_BY_OWNER);
        } else {
          Files.createDirectories(target.getParent());
          Files.setPosixFilePermissions(target.getParent(), WRITABLE_BY_OWNER);
          Files.deleteIfExists(target);
          Files.copy(file, target);
          Files.setPosixFilePermissions(target, READABLE);
        }
      }
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
