package org.polykern.cli.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.polykern.cli.client.BatchCommands;
import org.polykern.cli.client.MultipartFiles;
import org.polykern.cli.client.SessionClient;
import org.polykern.cli.run.Execution;
import org.polykern.cli.run.Terminal;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A command that runs code: snippets, files, or standard input. */
abstract class CodeCommand extends ServerCommand {
  /** As many as the server takes in one request. */
  private static final int FILES_PER_UPLOAD = 20;

  /** What the language itself would do. */
  private static final String DEFAULT_COMMAND = "*";

  @Option(
      names = {"-c", "--code"},
      paramLabel = "CODE",
      description =
          "Program text to run; may be repeated: each one finds what the one before left.")
  private List<String> snippets = new ArrayList<>();

  @Option(
      names = "--clean",
      paramLabel = "COMMAND",
      description = "Shell command to clean up before the build; '*' (default) is the language's.")
  private @Nullable String clean;

  @Option(
      names = "--build",
      paramLabel = "COMMAND",
      description = "Shell command that builds the files; '*' (default) is the language's.")
  private @Nullable String build;

  @Option(
      names = "--exec",
      paramLabel = "COMMAND",
      description = "Shell command that executes them; '*' (default) is the language's.")
  private @Nullable String exec;

  @Option(
      names = {"--media", "--save-media"},
      paramLabel = "DIR",
      description = "Save pictures and HTML results in this directory.")
  @Nullable Path mediaDirectory;

  @Parameters(
      index = "1..*",
      paramLabel = "FILE",
      description =
          "Files to upload into the session's work directory. Without -c they are cleaned, built"
              + " and executed there; '-' runs the text of standard input.")
  private List<String> files = new ArrayList<>();

  CodeCommand(Terminal terminal) {
    super(terminal);
  }

  /** What to run. */
  private sealed interface Work {
    /** One after another, in one interpreter. */
    record Snippets(List<String> texts) implements Work {}

    /** The uploaded files. */
    record Batch(BatchCommands commands) implements Work {}
  }

  /** Runs it, to its end. */
  @FunctionalInterface
  interface Program {
    Execution.Outcome run(Execution execution, String session);
  }

  /**
   * The argument that names the image or session: the first one, or the last one where files come
   * first.
   */
  final String target(String first) {
    if (files.isEmpty() || !isFile(first) || isFile(files.getLast())) {
      return first;
    }
    List<String> arranged = new ArrayList<>(files);
    String last = arranged.removeLast();
    arranged.addFirst(first);
    files = arranged;
    return last;
  }

  /** The program; read before anything is created, so that a wrong name costs nothing. */
  final Program program() {
    for (Path file : uploads()) {
      if (!Files.isReadable(file) || Files.isDirectory(file)) {
        throw new UsageException("Expected a readable file, but cannot read " + file + ".");
      }
    }
    Work work = work();
    return (execution, session) ->
        switch (work) {
          case Work.Snippets several -> execution.run(session, several.texts());
          case Work.Batch batch -> execution.batch(session, batch.commands());
        };
  }

  private Work work() {
    boolean batch = clean != null || build != null || exec != null;
    if (!snippets.isEmpty()) {
      if (batch) {
        throw new UsageException(
            "Expected -c or the commands --clean, --build and --exec, but got both; -c does not"
                + " build.");
      }
      return new Work.Snippets(List.copyOf(snippets));
    }
    if (batch || (!files.isEmpty() && !files.contains("-"))) {
      return new Work.Batch(new BatchCommands(orDefault(clean), orDefault(build), orDefault(exec)));
    }
    if (terminal.interactive()) {
      terminal.err().println("Reading the program from the terminal; end it with Ctrl-D.");
    }
    return new Work.Snippets(List.of(terminal.readAll()));
  }

  private static String orDefault(@Nullable String command) {
    return command == null ? DEFAULT_COMMAND : command;
  }

  private boolean isFile(String name) {
    return Files.isRegularFile(terminal.workingDirectory().resolve(name));
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
