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
 * A pipe whose reading end is selectable and whose writing end a child can inherit.
 *
 * <p>The JDK's process pipes are blocking streams only. Its {@link Pipe} is selectable, but has no
 * name to redirect to; Linux gives it one under {@code /proc/self/fd}, found by comparing that
 * directory before and after.
 */
final class CapturePipe implements AutoCloseable {
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
  private static final int ATTEMPTS = 16;

  private final Pipe pipe;
  private final File sink;

  private CapturePipe(Pipe pipe, File sink) {
    this.pipe = pipe;
    this.sink = sink;
  }

  static CapturePipe open() throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Map<String, List<String>> before = pipes();
      Pipe pipe = Pipe.open();
      Map<String, List<String>> after = pipes();
      after.keySet().removeAll(before.keySet());
      if (after.size() == 1) {
        for (String descriptor : after.values().iterator().next()) {
          if (writable(descriptor)) {
            return new CapturePipe(pipe, DESCRIPTORS.resolve(descriptor).toFile());
          }
        }
      }
      // Another thread opened a pipe at the same moment, so that ours cannot be told apart.
      pipe.source().close();
      pipe.sink().close();
    }
    throw new IOException("Expected to find a new pipe in /proc/self/fd, but could not.");
  }

  Pipe.SourceChannel source() {
    return pipe.source();
  }

  /** A file name that opens the writing end, as long as this is not closed. */
  File sink() {
    return sink;
  }

  /** Closes the writing end; the reading end belongs to whoever took it. */
  @Override
  public void close() throws IOException {
    pipe.sink().close();
  }

  private static Map<String, List<String>> pipes() throws IOException {
    Map<String, List<String>> found = new HashMap<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(DESCRIPTORS)) {
      for (Path entry : entries) {
        String target = target(entry);
        if (target.startsWith("pipe:")) {
          found
              .computeIfAbsent(target, inode -> new ArrayList<>())
              .add(String.valueOf(entry.getFileName()));
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

  private static boolean writable(String descriptor) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/fdinfo", descriptor))) {
      if (line.startsWith("flags:")) {
        return (Integer.parseInt(line.substring("flags:".length()).trim(), 8) & 3) == 1;
      }
    }
    return false;
  }
}
