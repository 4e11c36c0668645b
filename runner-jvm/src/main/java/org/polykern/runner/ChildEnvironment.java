package org.polykern.runner;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The environment of user processes: the runner's own, then defaults, then the agent's words. */
final class ChildEnvironment {
  private static final String DEFAULT_PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  /** Moved to the front of the PATH where they exist; the last one ends up first. */
  private static final List<String> PREFERRED =
      List.of("/usr/local/cuda/bin", "/usr/local/nvidia/bin", "/home/linuxbrew/.linuxbrew/bin");

  private ChildEnvironment() {}

  /**
   * Builds it.
   *
   * @param own the runner's environment
   * @param environ the agent's variables, which win
   * @param language lines {@code NAME=value} of the language's file, for what nobody else sets
   * @param work the session's work directory
   */
  static Map<String, String> of(
      Map<String, String> own, Map<String, String> environ, List<String> language, Path work) {
    Map<String, String> variables = new HashMap<>(own);
    variables.put("LANG", "C.UTF-8");
    variables.put("HOME", work.toString());
    variables.put("TERM", "xterm");
    variables.put("USER", "work");
    variables.put("LOGNAME", "work");
    variables.putIfAbsent(
        "SHELL", Files.isExecutable(Path.of("/bin/bash")) ? "/bin/bash" : "/bin/sh");
    variables.put("PATH", path(own.getOrDefault("PATH", DEFAULT_PATH), work));
    variables.putAll(environ);
    for (String line : language) {
      int end = line.indexOf('=');
      String name = line.substring(0, end);
      String value = line.substring(end + 1).replace("{work}", work.toString());
      if (value.contains("{path}")) {
        // What extends the PATH is meant for one that is set already, as it always is.
        variables.put(name, value.replace("{path}", variables.getOrDefault("PATH", "")));
      } else if (!own.containsKey(name) && !environ.containsKey(name)) {
        variables.put(name, value);
      }
    }
    return variables;
  }

  /**
   * Adds a library beside what is preloaded already. Without that of the kernel home prompts of C
   * programs come late, and counts of processors are the machine's.
   */
  static void preload(Map<String, String> variables, Path library) {
    String file = library.toString();
    // Blanks and colons separate the names of this variable, and cannot be quoted.
    if (!file.contains(" ") && !file.contains(":") && Files.isRegularFile(library)) {
      variables.merge("LD_PRELOAD", file, (theirs, ours) -> ours + ":" + theirs);
    }
  }

  private static String path(String search, Path work) {
    String result = search.isEmpty() ? DEFAULT_PATH : search;
    for (String directory : PREFERRED) {
      if (Files.isDirectory(Path.of(directory))) {
        result = first(directory, result);
      }
    }
    return first(work.resolve(".local/bin").toString(), result);
  }

  private static String first(String directory, String search) {
    StringBuilder result = new StringBuilder(directory);
    for (String entry : search.split(":", -1)) {
      if (!entry.equals(directory)) {
        result.append(':').append(entry);
      }
    }
    return result.toString();
  }
}
