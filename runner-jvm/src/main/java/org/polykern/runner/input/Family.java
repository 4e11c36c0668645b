package org.polykern.runner.input;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * A program and its descendants, as directories of {@code /proc}.
 *
 * <p>A kernel that lists a thread's children makes this cheap. Without such lists every process of
 * the machine has to be looked at, so a list is used for some time; a new run starts with a new
 * one.
 */
final class Family {
  private static final Path PROC = Path.of("/proc");
  private static final int MAX_PROCESSES = 256;

  /** How many looks are made with one list once a program has been silent for a while. */
  private static final int LOOKS = 5;

  private static final int FRESH_LOOKS = 8;

  private final long pid;
  private final Path program;
  private List<Path> known = List.of();
  private int looks;

  Family(long pid) {
    this.pid = pid;
    this.program = PROC.resolve(Long.toString(pid));
  }

  /** The next lists are new ones. */
  void stir() {
    looks = 0;
  }

  List<Path> members() {
    if (Files.exists(program.resolve("task").resolve(program.getFileName()).resolve("children"))) {
      return byLists();
    }
    if (looks < FRESH_LOOKS || looks % LOOKS == 0) {
      known = byParents();
    }
    looks++;
    return known;
  }

  /** The threads of a process; empty when it has ended. */
  static List<Path> threads(Path process) {
    List<Path> threads = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(process.resolve("task"))) {
      for (Path entry : entries) {
        threads.add(entry);
      }
    } catch (IOException | DirectoryIteratorException e) {
      return List.of();
    }
    return threads;
  }

  /** The text of a file of {@code /proc}; empty when it cannot be read. */
  static String text(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  private List<Path> byLists() {
    List<Path> members = new ArrayList<>();
    ArrayDeque<Path> unseen = new ArrayDeque<>(List.of(program));
    while (!unseen.isEmpty() && members.size() < MAX_PROCESSES) {
      Path process = unseen.remove();
      members.add(process);
      for (Path thread : threads(process)) {
        for (String child : text(thread.resolve("children")).split(" ", -1)) {
          if (!child.isBlank()) {
            unseen.add(PROC.resolve(child));
          }
        }
      }
    }
    return members;
  }

  private List<Path> byParents() {
    List<Path> members = new ArrayList<>(List.of(program));
    ProcessHandle.of(pid).stream()
        .flatMap(ProcessHandle::descendants)
        .limit(MAX_PROCESSES)
        .forEach(process -> members.add(PROC.resolve(Long.toString(process.pid()))));
    return members;
  }
}
