package org.polykern.accel.mock;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.polykern.accel.PluginContext;

/**
 * Where the file may be.
 *
 * @param places in the order in which they are tried
 */
record FileSearch(List<Path> places) {
  static final String NAME = "mock-accelerator.toml";
  private static final String VARIABLE = "BACKEND_CONFIG_FILE";

  /** The setting {@code file} or the variable alone, else the usual directories. */
  static FileSearch find(PluginContext context) {
    var directory = context.configuration();
    var named = context.settings().text("file").map(directory::resolve);
    var variable = Optional.ofNullable(context.environment().get(VARIABLE)).map(Path::of);
    var one = named.or(() -> variable);
    if (one.isPresent()) {
      return new FileSearch(List.of(one.get()));
    }
    var home =
        Optional.ofNullable(context.environment().get("HOME"))
            .map(path -> Path.of(path, ".config/backend.ai", NAME));
    return new FileSearch(
        Stream.of(
                Stream.of(directory.resolve(NAME), Path.of(NAME)),
                home.stream(),
                Stream.of(Path.of("/etc/backend.ai", NAME)))
            .flatMap(places -> places)
            .toList());
  }

  Optional<Path> file() {
    return places.stream().filter(Files::isRegularFile).findFirst();
  }
}
