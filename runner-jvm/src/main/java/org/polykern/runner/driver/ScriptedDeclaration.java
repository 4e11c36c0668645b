package org.polykern.runner.driver;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.polykern.runner.language.InterpreterProgram;
import org.polykern.runner.language.LanguageFile;
import org.polykern.runner.spawn.Spawner;

/**
 * What a language's file says about its driver.
 *
 * @param title name for people
 * @param start words of the driver's command line, with their places to fill
 * @param suffix of a snippet's file
 * @param file the language's file, beside which the driver lies
 * @param interpreter the language's program
 */
record ScriptedDeclaration(
    String title,
    List<String> start,
    String suffix,
    LanguageFile file,
    InterpreterProgram interpreter) {

  static ScriptedDeclaration of(LanguageFile file, InterpreterProgram interpreter) {
    String title = file.value("title");
    String suffix = file.value("suffix");
    return new ScriptedDeclaration(
        title == null ? file.name() : title,
        file.words("start"),
        suffix == null ? "" : suffix,
        file,
        interpreter);
  }

  /** The process to start for a private directory. */
  Spawner.Program program(Path directory, String token) throws IOException {
    String runtime = interpreter.executable();
    String driver = driver();
    List<String> argv = new ArrayList<>();
    for (String word : start) {
      argv.add(
          word.replace("{rt}", runtime)
              .replace("{driver}", driver)
              .replace("{dir}", directory.toString())
              .replace("{token}", token));
    }
    return new Spawner.Program(argv, interpreter.environment(), interpreter.directory(), true)
        .withInput()
        .inOwnSession();
  }

  private String driver() throws IOException {
    if (start.stream().noneMatch(word -> word.contains("{driver}"))) {
      return "";
    }
    Path folder = file.file().toAbsolutePath().getParent();
    String begin = file.name() + ".driver.";
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(
            folder, entry -> String.valueOf(entry.getFileName()).startsWith(begin))) {
      for (Path entry : entries) {
        return entry.toString();
      }
    }
    throw new IOException("expected a file " + begin + "* in " + folder + ", but there is none.");
  }
}
