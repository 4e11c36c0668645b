package org.polykern.jail.attack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The helper and the compiled attacks, where every user may start them. */
record AttackPrograms(Path directory) implements AutoCloseable {
  /** Of all programs, or of those named. */
  static AttackPrograms compile(String... names) throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("attack-programs");
    permit(directory, "rwxr-xr-x");
    Files.copy(
        Path.of(System.getProperty("polykern.jail.helper")),
        directory.resolve("pk-jail"),
        StandardCopyOption.COPY_ATTRIBUTES);
    AttackPrograms programs = new AttackPrograms(directory);
    programs.compile(Set.of(names));
    if (AttackPlace.isRoot() && names.length == 0) {
      programs.addPrivileged();
    }
    return programs;
  }

  private void compile(Set<String> names) throws IOException, InterruptedException {
    List<Path> sources = new ArrayList<>(List.of(Path.of("src/test/c/victim.c")));
    try (Stream<Path> files = Files.list(AttackCase.DIRECTORY)) {
      files.filter(file -> file.toString().endsWith(".c")).forEach(sources::add);
    }
    if (!names.isEmpty()) {
      sources.removeIf(
          source -> !names.contains(source.getFileName().toString().replace(".c", "")));
    }
    // Two at a time, because no machine of ours has fewer cores.
    String script =
        "out=$1; shift; printf '%s\\n' \"$@\" | xargs -P 2 -I FILE sh -c"
            + " 'exec gcc -O0 -Wall -Wextra -Werror -Wno-unused-result -pthread"
            + " -o \"$0/$(basename FILE .c)\" FILE' \"$out\"";
    List<String> command = new ArrayList<>(List.of("sh", "-c", script, "sh"));
    command.add(directory.toString());
    sources.forEach(source -> command.add(source.toString()));
    run(command);
  }

  private void addPrivileged() throws IOException, InterruptedException {
    for (String name : List.of("set-id", "capable-file")) {
      Files.copy(directory.resolve("a35_set_id"), directory.resolve(name));
      Files.setAttribute(directory.resolve(name), "unix:mode", 04755);
    }
    Files.setAttribute(directory.resolve("capable-file"), "unix:mode", 0755);
    run(
        List.of(
            directory.resolve("capable").toString(), directory.resolve("capable-file").toString()));
  }

  private static void run(List<String> command) throws IOException, InterruptedException {
    int status = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (status != 0) {
      throw new IOException(
          "Expected " + command.getFirst() + " to succeed, but it gave " + status);
    }
  }

  static void permit(Path file, String permissions) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }

  static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      files
          .sorted(Comparator.reverseOrder())
          .forEach(file -> {
            try {
              Files.delete(file);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
  }

  @Override
  public void close() throws IOException {
    delete(directory);
  }
}
