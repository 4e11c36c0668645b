package org.polykern.runner.jupyter;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.polykern.runner.json.JsonException;
import org.polykern.runner.json.JsonObject;
import org.polykern.runner.json.JsonReader;

/**
 * How a Jupyter kernel is started.
 *
 * @param name the kernelspec's name, which is its directory's
 * @param argv program and arguments; {@code {connection_file}} stands for the file of that name
 * @param environment variables that it asks for
 * @param interruptByMessage whether it is interrupted by a message instead of a signal
 */
record KernelSpec(
    String name, List<String> argv, Map<String, String> environment, boolean interruptByMessage) {
  private static final int MAX_BYTES = 1024 * 1024;
  private static final String ANY = "*";

  /** What Jupyter itself takes where nobody names one. */
  private static final String USUAL = "python3";

  /**
   * Finds the kernelspec whose name is {@code wanted}, or else the first that contains it.
   *
   * @param wanted a name or a part of one; {@code *} means any, {@value #USUAL} first
   * @param environment the children's environment: PATH, HOME and JUPYTER_PATH say where to look
   * @throws IOException if there is none that can be read; the message lists those that are there
   */
  static KernelSpec find(String wanted, Map<String, String> environment) throws IOException {
    Map<String, Path> found = new TreeMap<>();
    for (Path directory : directories(environment)) {
      if (Files.isDirectory(directory)) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
          for (Path entry : entries) {
            if (Files.isRegularFile(entry.resolve("kernel.json"))) {
              found.putIfAbsent(String.valueOf(entry.getFileName()), entry);
            }
          }
        }
      }
    }
    String part = wanted.toLowerCase(Locale.ROOT);
    Path exact = found.get(wanted.equals(ANY) ? USUAL : wanted);
    if (exact != null) {
      return read(String.valueOf(exact.getFileName()), exact);
    }
    for (String name : found.keySet()) {
      if (wanted.equals(ANY) || name.toLowerCase(Locale.ROOT).contains(part)) {
        return read(name, found.get(name));
      }
    }
    throw new IOException(
        "expected a Jupyter kernelspec named \""
            + wanted
            + "\" in the image, but "
            + (found.isEmpty() ? "it has none." : "it only has " + found.keySet() + "."));
  }

  /**
   * Where kernelspecs live, best first: the user's own, then beside every directory of programs.
   */
  private static Set<Path> directories(Map<String, String> environment) {
    Set<Path> directories = new LinkedHashSet<>();
    for (String entry : environment.getOrDefault("JUPYTER_PATH", "").split(":", -1)) {
      if (!entry.isEmpty()) {
        directories.add(Path.of(entry, "kernels"));
      }
    }
    directories.add(Path.of(environment.getOrDefault("HOME", "/"), ".local/share/jupyter/kernels"));
    for (String entry : environment.getOrDefault("PATH", "").split(":", -1)) {
      Path prefix = Path.of(entry).toAbsolutePath().getParent();
      if (prefix != null && entry.endsWith("/bin")) {
        directories.add(prefix.resolve("share/jupyter/kernels"));
      }
    }
    return directories;
  }

  private static KernelSpec read(String name, Path directory) throws IOException {
    Path file = directory.resolve("kernel.json");
    try {
      JsonObject json = JsonReader.object(Files.readAllBytes(file), MAX_BYTES);
      List<String> argv = new ArrayList<>();
      if (json.members().get("argv") instanceof List<?> words) {
        words.forEach(word -> argv.add(String.valueOf(word)));
      }
      if (argv.isEmpty()) {
        throw new IOException("expected a list \"argv\" in " + file + ", but there is none.");
      }
      argv.replaceAll(word -> word.replace("{resource_dir}", directory.toString()));
      Map<String, String> environment = new LinkedHashMap<>();
      if (json.members().get("env") instanceof JsonObject variables) {
        variables.members().forEach((key, value) -> environment.put(key, String.valueOf(value)));
      }
      return new KernelSpec(name, argv, environment, "message".equals(json.text("interrupt_mode")));
    } catch (JsonException e) {
      throw new IOException("expected JSON in " + file + ": " + e.getMessage(), e);
    }
  }
}
