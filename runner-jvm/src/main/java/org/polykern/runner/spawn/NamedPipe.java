package org.polykern.runner.spawn;

import java.io.File;
import java.io.IOException;
import java.nio.channels.Pipe;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A pipe whose ends are selectable here and can be inherited by a child.
 *
 * <p>The JDK's process pipes are blocking streams only. Its {@link Pipe} is selectable, but has no
 * name to redirect to; Linux gives it one under {@code /proc/self/fd}, found by comparing that
 * directory before and after. What opens a name gets an end of its own, so that neither side makes
 * the other's non-blocking.
 *
 * @param pipe the JDK's pipe
 * @param source a file name that opens the reading end, while that of {@code pipe} is open
 * @param sink a file name that opens the writing end, while that of {@code pipe} is open
 * @param name what {@code /proc/PID/fd} shows for both ends in every process
 */
record NamedPipe(Pipe pipe, File source, File sink, String name) {
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
  private static final int ATTEMPTS = 16;

  static NamedPipe open() throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Map<String, List<File>> before = pipes();
      Pipe pipe = Pipe.open();
      Map<String, List<File>> after = pipes();
      after.keySet().removeAll(before.keySet());
      if (after.size() == 1) {
        Map.Entry<String, List<File>> found = after.entrySet().iterator().next();
        List<File> ends = found.getValue();
        if (ends.size() == 2) {
          int sink = writable(ends.get(0)) ? 0 : 1;
          return new NamedPipe(pipe, ends.get(1 - sink), ends.get(sink), found.getKey());
        }
      }
      // Another thread opened a pipe at the same moment, so that ours cannot be told apart.
      pipe.source().close();
      pipe.sink().close();
    }
    throw new IOException("Expected to find a new pipe in /proc/self/fd, but could not.");
  }

  /** The descriptor of {@code pipe}'s writing end. */
  int sinkDescriptor() {
    return Integer.parseInt(sink.getName());
  }

  void closeSource() throws IOException {
    pipe.source().close();
  }

  void closeSink() throws IOException {
    pipe.sink().close();
  }

  private static Map<String, List<File>> pipes() throws IOException {
    Map<String, List<File>> found = new HashMap<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(DESCRIPTORS)) {
      for (Path entry : entries) {
        String target = target(entry);
        if (target.startsWith("pipe:")) {
          found.computeIfAbsent(target, inode -> new ArrayList<>()).add(entry.toFile());
        }
      }
    }
    return found;
  }

  private static String target(Path entry) throws IOException {
    try {
      return Files.readSymbolicLink(entry).toString();
    } catch (NoSuchFileException e) {
      return ""; // The descriptor of the listing itself, or one that was closed meanwhile.
    }
  }

  private static boolean writable(File descriptor) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/fdinfo", descriptor.getName()))) {
      if (line.startsWith("flags:")) {
        return (Integer.parseInt(line.substring("flags:".length()).trim(), 8) & 3) == 1;
      }
    }
    return false;
  }
}
