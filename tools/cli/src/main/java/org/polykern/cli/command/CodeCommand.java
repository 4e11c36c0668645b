package org.polykern.cli.command;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.polykern.cli.client.MultipartFiles;
import org.polykern.cli.client.SessionClient;
import org.polykern.cli.run.Terminal;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A command that runs code: from text, files, or standard input. */
abstract class CodeCommand extends ServerCommand {
  /** As many as the server takes in one request. */
  private static final int FILES_PER_UPLOAD = 20;

  @Option(
      names = {"-c", "--code"},
      paramLabel = "CODE",
      description = "Program text to run.")
  private @Nullable String code;

  @Option(
      names = "--save-media",
      paramLabel = "DIR",
      description = "Save pictures and HTML results in this directory.")
  @Nullable Path mediaDirectory;

  @Parameters(
      index = "1..*",
      paramLabel = "FILE",
      description =
          "Files to upload into the session's work directory. Without -c, the text of the first is"
              + " the program; '-' stands for standard input.")
  private List<String> files = new ArrayList<>();

  CodeCommand(Terminal terminal) {
    super(terminal);
  }

  /** The program's text; read before anything is created, so that a wrong name costs nothing. */
  final String text() {
    for (Path file : uploads()) {
      if (!Files.isReadable(file) || Files.isDirectory(file)) {
        throw new UsageException("Expected a readable file, but cannot read " + file + ".");
      }
    }
    if (code != null) {
      return code;
    }
    if (files.isEmpty() || files.getFirst().equals("-")) {
      if (terminal.interactive()) {
        terminal.err().println("Reading the program from the terminal; end it with Ctrl-D.");
      }
      return terminal.readAll();
    }
    try {
      return Files.readString(terminal.workingDirectory().resolve(files.getFirst()));
    } catch (java.nio.charset.CharacterCodingException e) {
      throw new UsageException(
          "Expected program text in UTF-8, but " + files.getFirst() + " is something else.");
    } catch (IOException e) {
      throw new UncheckedIOException("Expected to read " + files.getFirst() + ": " + e, e);
    }
  }

  final void upload(SessionClient sessions, String session) {
    uploadAll(sessions, session, uploads());
  }

  static void uploadAll(SessionClient sessions, String session, List<Path> paths) {
    for (int from = 0; from < paths.size(); from += FILES_PER_UPLOAD) {
      MultipartFiles batch = new MultipartFiles();
      paths
          .subList(from, Math.min(paths.size(), from + FILES_PER_UPLOAD))
          .forEach(file -> batch.add(file, String.valueOf(file.getFileName())));
      sessions.upload(session, batch);
    }
  }

  private List<Path> uploads() {
    return files.stream()
        .filter(name -> !name.equals("-"))
        .map(name -> terminal.workingDirectory().resolve(name))
        .toList();
  }
}
