package org.polykern.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;

/** The yardstick: a small C program reads a pseudo-terminal of this machine. */
final class RawTerminal implements TypedTerminal {
  private static final String SOURCE = "raw_terminal.c";

  private final Process process;
  private final Writer orders;
  private final BufferedReader answers;

  /**
   * @param directory where it is compiled and where the shell is
   */
  RawTerminal(Path directory) throws IOException, InterruptedException {
    var source = directory.resolve(SOURCE);
    var program = directory.resolve("raw_terminal");
    if (!Files.exists(program)) {
      try (var in = RawTerminal.class.getResourceAsStream(SOURCE)) {
        if (in == null) {
          throw new IOException("Expected " + SOURCE + " in this build, but it is missing");
        }
        Files.copy(in, source);
      }
      var compiler =
          new ProcessBuilder("gcc", "-O2", "-o", program.toString(), source.toString(), "-lutil")
              .inheritIO()
              .start();
      if (compiler.waitFor() != 0) {
        throw new IOException("Expected gcc to compile " + source + ", but it did not");
      }
    }
    var builder =
        new ProcessBuilder(List.of(program.toString(), "bash", "--norc", "-i"))
            .directory(directory.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("TERM", "xterm-256color");
    process = builder.start();
    orders = process.outputWriter(StandardCharsets.US_ASCII);
    answers = process.inputReader(StandardCharsets.US_ASCII);
    settle();
  }

  @Override
  public long expect(String marker, String typed) throws IOException {
    return ask("expect " + digits(marker) + " " + digits(typed));
  }

  @Override
  public void swallow(long bytes, String typed) throws IOException {
    ask("swallow " + bytes + " " + digits(typed));
  }

  private static String digits(String text) {
    return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
  }

  private long ask(String order) throws IOException {
    orders.write(order + "\n");
    orders.flush();
    var answer = answers.readLine();
    if (answer == null) {
      throw new IOException("Expected the raw terminal to answer, but it has ended");
    }
    return Long.parseLong(answer);
  }

  @Override
  public void close() {
    process.destroy();
  }
}
