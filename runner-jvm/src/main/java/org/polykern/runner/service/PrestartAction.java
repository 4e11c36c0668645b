package org.polykern.runner.service;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something to do before a service's process starts. All texts are templates. */
sealed interface PrestartAction {
  /** The variable that keeps the result; null = it is not kept. */
  @Nullable String ref();

  /**
   * Writes lines, each with a line end.
   *
   * @param mode octal permissions
   */
  record WriteFile(
      String filename, List<String> body, String mode, boolean append, @Nullable String ref)
      implements PrestartAction {
    public WriteFile {
      body = List.copyOf(body);
    }
  }

  /** Writes texts, one behind the other, into a new file whose path is the result. */
  record WriteTempfile(List<String> body, String mode, @Nullable String ref)
      implements PrestartAction {
    public WriteTempfile {
      body = List.copyOf(body);
    }
  }

  /** Makes a directory, and those above it. */
  record Mkdir(String path, @Nullable String ref) implements PrestartAction {}

  /**
   * Runs a program; the result is what it printed, {@code out} and {@code err}.
   *
   * @param echo whether that goes to the service's log too
   */
  record RunCommand(List<String> command, boolean echo, @Nullable String ref)
      implements PrestartAction {
    public RunCommand {
      command = List.copyOf(command);
    }
  }

  /**
   * A line for the service's log.
   *
   * @param debug of interest to nobody but the image's author; not written
   */
  record Log(String message, boolean debug, @Nullable String ref) implements PrestartAction {}
}
