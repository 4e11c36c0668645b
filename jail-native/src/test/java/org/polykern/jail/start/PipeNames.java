package org.polykern.jail.start;

import java.io.IOException;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A pipe of the JDK with a name that opens it.
 *
 * @param name opens either end while this process has the pipe
 */
record PipeNames(Pipe pipe, String name) {
  static PipeNames open() throws IOException {
    List<String> before = all();
    Pipe pipe = Pipe.open();
    List<String> after = all();
    after.removeAll(before);
    return new PipeNames(pipe, after.getFirst());
  }

  private static List<String> all() throws IOException {
    try (Stream<Path> entries = Files.list(Path.of("/proc/self/fd"))) {
      return new ArrayList<>(entries.filter(PipeNames::isPipe).map(Path::toString).toList());
    }
  }

  private static boolean isPipe(Path entry) {
    try {
      return Files.readSymbolicLink(entry).toString().startsWith("pipe:");
    } catch (IOException e) {
      return false; // The listing's own.
    }
  }
}
