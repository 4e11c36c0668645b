package org.polykern.cli.training;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.polykern.cli.command.CommandLineFactory;
import org.polykern.cli.jail.JailCommandLine;
import org.polykern.cli.run.Terminal;
import org.polykern.jail.nativelib.JailNative;
import picocli.CommandLine;

/** Runs the commands that people wait for. */
public final class Training {
  private Training() {}

  /** Runs each command a few times; prints nothing. */
  public static void run() {
    try (TrainingServer server = new TrainingServer()) {
      PrintStream nowhere =
          new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
      Terminal terminal =
          Terminal.of(
              InputStream.nullInputStream(),
              nowhere,
              nowhere,
              false,
              Map.of(
                  "BACKEND_ENDPOINT", "http://127.0.0.1:" + server.port(),
                  "BACKEND_ACCESS_KEY", "AKIATRAINING",
                  "BACKEND_SECRET_KEY", "training"),
              Path.of(""));
      execute(terminal, 0, "--help");
      execute(terminal, 0, "run", "--help");
      execute(terminal, 0, "run", "-c", "print(1)", "-e", "A=b", "-r", "cpu=1", "python");
      execute(terminal, 0, "run", "--json", "-c", "print(1)", "--name", "train", "python");
      execute(terminal, 0, "exec", "train", "-c", "print(1)");
      execute(terminal, 0, "ps");
      execute(terminal, 0, "info", "train");
      execute(terminal, 3, "rm", "gone");
      jail(terminal);
    }
  }

  /** What happens before a program starts; without the library, which only saves time here. */
  private static void jail(Terminal terminal) {
    expect(0, JailCommandLine.create(terminal), "run", "--help");
    if (System.getProperty(JailNative.LIBRARY_PROPERTY) != null) {
      expect(0, JailCommandLine.create(terminal), "ask", "deny-net", "socket", "2");
    }
  }

  private static void execute(Terminal terminal, int expected, String... args) {
    expect(expected, CommandLineFactory.create(terminal), args);
  }

  private static void expect(int expected, CommandLine commands, String... args) {
    int exitCode = commands.execute(args);
    if (exitCode != expected) {
      throw new IllegalStateException(
          "Expected '"
              + String.join(" ", args)
              + "' to end with "
              + expected
              + ", but: "
              + exitCode);
    }
  }
}
