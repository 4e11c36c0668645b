package org.polykern.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Whether this machine has what a language's file asks for. */
final class HostLanguage {
  private HostLanguage() {}

  /** Whether one of the programs is there and tells its version. */
  static boolean isInstalled(String language) throws IOException {
    String version = LanguageTable.declaration(language, "version");
    for (String program : LanguageTable.declaration(language, "programs").split("\\s+", -1)) {
      for (Path file : places(program)) {
        if (Files.isExecutable(file)
            && tells(version.isEmpty() ? "\"$RT\" --version" : version, file)) {
          return true;
        }
      }
    }
    return false;
  }

  private static List<Path> places(String program) {
    return program.startsWith("/")
        ? List.of(Path.of(program))
        : Stream.of(System.getenv("PATH").split(":", -1))
            .map(folder -> Path.of(folder, program))
            .toList();
  }

  private static boolean tells(String version, Path program) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder("/bin/sh", "-c", version)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("RT", program.toString());
    try {
      return builder.start().waitFor() == 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
