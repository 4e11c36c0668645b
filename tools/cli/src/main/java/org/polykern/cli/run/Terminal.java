package org.polykern.cli.run;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a command reads and writes. A value, so that tests run commands in their own process.
 *
 * @param interactive whether a person sits at it
 */
public record Terminal(
    BufferedReader in,
    PrintStream out,
    PrintStream err,
    boolean interactive,
    Map<String, String> environment,
    Path workingDirectory) {

  /** The process's own streams, as UTF-8 whatever the locale says. */
  public static Terminal ofProcess() {
    @Nullable Console console = console();
    return of(
        System.in,
        new PrintStream(System.out, false, StandardCharsets.UTF_8),
        new PrintStream(System.err, true, StandardCharsets.UTF_8),
        console != null && console.isTerminal(),
        System.getenv(),
        Path.of(""));
  }

  /** A terminal of the given streams. */
  public static Terminal of(
      InputStream in,
      PrintStream out,
      PrintStream err,
      boolean interactive,
      Map<String, String> environment,
      Path workingDirectory) {
    return new Terminal(
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)),
        out,
        err,
        interactive,
        environment,
        workingDirectory);
  }

  @SuppressWarnings("SystemConsoleNull") // Null again without a terminal, since JDK 25.
  private static @Nullable Console console() {
    return System.console();
  }

  /** The next line, hidden while it is typed if asked for; null at the end of input. */
  @Nullable String readLine(boolean hidden) {
    @Nullable Console console = hidden && interactive ? console() : null;
    if (console != null) {
      char @Nullable [] typed = console.readPassword();
      return typed == null ? null : new String(typed);
    }
    try {
      return in.readLine();
    } catch (IOException e) {
      throw new UncheckedIOException("Expected to read standard input, but it failed", e);
    }
  }

  /** Everything up to the end of input. */
  public String readAll() {
    try {
      return in.readAllAsString();
    } catch (IOException e) {
      throw new UncheckedIOException("Expected to read standard input, but it failed", e);
    }
  }
}
