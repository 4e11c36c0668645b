package org.polykern.runner;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * Prints what terminals of a packaged runner cost: bulk output, echo beside a flood, the end of a
 * flood, memory. Arguments: kernel home.
 */
final class TerminalMeasurement {
  private static final int KEYS = 1000;
  private static final int END = 64;
  private static final long BULK = 80_000_000;

  private TerminalMeasurement() {}

  public static void main(String[] arguments) throws Exception {
    Path home = Path.of(arguments[0]);
    Path scratch = Files.createTempDirectory("terminal-measurement-");
    RunnerProcess.Builder builder =
        new RunnerProcess.Builder(scratch).home(home).language("app").with("streams", 0);
    try (RunnerProcess runner = builder.start();
        LinkClient link = new LinkClient(runner, null)) {
      link.hello();
      memory("before", runner);
      long begin = System.nanoTime();
      try (TerminalClient viewer = TerminalClient.open(runner, link, "main")) {
        viewer.await("<screen>");
        System.out.printf("first terminal open after %.0f ms%n", millis(begin));
        viewer.type("PS1=; stty -echo; echo re''ady\n");
        viewer.await("ready\r\n");
        memory("one terminal", runner);
        bulk(runner, viewer, "lines", "x".repeat(76) + "\n");
        bulk(runner, viewer, "one line", "x");
        bulk(runner, viewer, "yes", "y\n");
        bulk(runner, viewer, "colours", "\033[31mred\033[0m and \033[1;44mblue\033[m\n");
        bulk(runner, viewer, "wide", "\u4E2D\u6587\u5B57\u7B26\n");
        memory("after the output", runner);
        echo(runner, link, "alone");
        try (TerminalClient flooded = TerminalClient.open(runner, link, "flood")) {
          flooded.type("yes\n");
          flooded.await("y\r\ny\r\n");
          Thread reader = Thread.ofPlatform().daemon().start(() -> swallow(flooded));
          echo(runner, link, "beside a flood");
          flooded.type("\003");
          reader.join(Duration.ofMillis(200));
        }
        interrupt(viewer);
        memory("at the end", runner);
      }
    }
  }

  private static void bulk(RunnerProcess runner, TerminalClient viewer, String what, String piece)
      throws IOException {
    Path file = Files.createTempFile("terminal-measurement-", what.replace(' ', '-'));
    byte[] bytesOfPiece = piece.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    while (all.size() < BULK) {
      all.writeBytes(bytesOfPiece);
    }
    Files.write(file, all.toByteArray());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
    viewer.forget();
    viewer.type("cat " + file + "; echo; echo d''one\n");
    Duration cpu = cpu(runner);
    long begin = System.nanoTime();
    long bytes = 0;
    String end = "";
    while (!end.contains("done\r\n")) {
      byte[] payload = viewer.skip().payload();
      bytes += payload.length;
      int tail = Math.min(payload.length, END);
      end += new String(payload, payload.length - tail, tail, StandardCharsets.ISO_8859_1);
      end = end.substring(Math.max(0, end.length() - END));
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    double busy = cpu(runner).minus(cpu).toNanos() / 1e6 / (bytes / 1e6);
    System.out.printf(
        "%s: %.1f MB/s; the runner computes %.1f ms for each MB%n",
        what, bytes / seconds / 1e6, busy);
    Files.delete(file);
  }

  private static Duration cpu(RunnerProcess runner) {
    return runner.process().info().totalCpuDuration().orElseThrow();
  }

  private static void swallow(TerminalClient viewer) {
    try {
      while (true) {
        viewer.skip();
      }
    } catch (IOException e) {
      // It was closed.
    }
  }

  private static void echo(RunnerProcess runner, LinkClient link, String what) throws IOException {
    try (TerminalClient viewer = TerminalClient.open(runner, link, what.replace(' ', '-'))) {
      viewer.type("stty raw -echo; echo c''at; exec cat\n");
      viewer.await("cat\n");
      double[] millis = new double[KEYS];
      for (int i = -KEYS / 5; i < KEYS; i++) {
        long begin = System.nanoTime();
        viewer.type("k");
        viewer.skip();
        if (i >= 0) {
          millis[i] = millis(begin);
        }
      }
      Arrays.sort(millis);
      System.out.printf(
          "echo %s: p50 %.2f ms, p99 %.2f ms, max %.2f ms%n",
          what, millis[KEYS / 2], millis[KEYS * 99 / 100], millis[KEYS - 1]);
    }
  }

  private static void interrupt(TerminalClient viewer) throws IOException {
    for (String flood : List.of("yes", "tr '\\0' x < /dev/zero")) {
      viewer.forget();
      viewer.type(flood + "\n");
      for (int i = 0; i < 2000; i++) {
        viewer.skip();
      }
      viewer.type("\003");
      viewer.type("echo st''opped\n");
      long begin = System.nanoTime();
      long bytes = 0;
      String end = "";
      while (!end.contains("stopped\r\n")) {
        byte[] payload = viewer.skip().payload();
        bytes += payload.length;
        int tail = Math.min(payload.length, END);
        end += new String(payload, payload.length - tail, tail, StandardCharsets.ISO_8859_1);
        end = end.substring(Math.max(0, end.length() - END));
      }
      System.out.printf(
          "%s ends %.1f ms after the key, with %d bytes%n", flood, millis(begin), bytes);
    }
  }

  private static void memory(String when, RunnerProcess runner) throws IOException {
    System.out.printf("%s: RSS %.1f MB%n", when, runner.kilobytes("VmRSS") / 1024.0);
  }

  private static double millis(long since) {
    return (System.nanoTime() - since) / 1e6;
  }
}
