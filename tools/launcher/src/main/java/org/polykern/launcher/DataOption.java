package org.polykern.launcher;

import java.nio.file.Path;
import org.polykern.launcher.instance.DataDirectory;
import picocli.CommandLine.Option;

/** {@code --data}, the same for every command. */
final class DataOption {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "var",
      description = "where the instance keeps everything (default: var)")
  private Path directory = Path.of("var");

  DataDirectory get() {
    return new DataDirectory(directory);
  }
}
