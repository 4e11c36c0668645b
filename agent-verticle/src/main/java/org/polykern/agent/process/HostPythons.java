package org.polykern.agent.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.polykern.common.image.ImageFacts;

/**
 * The configured Python interpreters. Those that every user can execute come first, since kernels
 * may run as another user.
 */
final class HostPythons {
  static final String RUNTIME = "python";

  private static final Pattern VERSION = Pattern.compile("Python (\\d+)\\.(\\d+)\\.\\d+\\S*");

  private final List<String> candidates;
  private final List<String> prefix;
  private final boolean namespaces;

  HostPythons(List<String> candidates, List<String> prefix, boolean namespaces) {
    this.candidates = List.copyOf(candidates);
    this.prefix = List.copyOf(prefix);
    this.namespaces = namespaces;
  }

  List<ImageFacts> list() {
    var found = new ArrayList<HostProgram>();
    for (var candidate : candidates) {
      probe(Path.of(candidate)).ifPresent(found::add);
    }
    found.sort(Comparator.comparing(HostProgram::isForAll).reversed());
    Map<String, ImageFacts> images = new LinkedHashMap<>();
    for (var interpreter : found) {
      var aliases = new ArrayList<String>();
      if (images.isEmpty()) {
        aliases.add(RUNTIME);
      }
      aliases.add(RUNTIME + ":" + interpreter.version());
      images.putIfAbsent(
          interpreter.version(), interpreter.facts(aliases, HostProgram.LEAST_MEMORY));
    }
    return List.copyOf(images.values());
  }

  private Optional<HostProgram> probe(Path path) {
    if (!Files.isExecutable(path) || (namespaces && HostProgram.isCovered(path))) {
      return Optional.empty();
    }
    var command = new ArrayList<>(prefix);
    command.addAll(List.of(path.toString(), "-I", "--version"));
    var outcome = Commands.run(command);
    var version = VERSION.matcher(outcome.output());
    if (!outcome.worked() || !version.find() || !version.group(1).equals("3")) {
      return Optional.empty();
    }
    return Optional.of(new HostProgram(RUNTIME, path, version.group(1) + "." + version.group(2)));
  }
}
