package org.polykern.runner;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * Prints what terminals of a packaged runner cost: bulk output, echo beside a flood, the end of a
 * flood, memory. Arguments: kernel home.
 */
final class TerminalMeasurement {
  private static final int KEYS = 1000;
  private static final long BULK = 100_000_000;

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
        bulk(viewer, "lines of 76", "tr '\\0' x < /dev/zero | fold -w 76");
        bulk(viewer, "one line", "tr '\\0' x < /dev/zero");
        bulk(viewer, "yes", "yes");
        bulk(
            viewer,
            "colours",
            "yes \"$(printf '\\033[31mred\\033[0m and \\033[1;44mblue\\033[m')\"");
        bulk(viewer, "wide", "yes \u4E2D\u6587\u5B57\u7B26");
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

  private static void bulk(TerminalClient viewer, String what, String command) throws IOException {
    viewer.forget();
    viewer.type(command + " | head -c " + BULK + "; echo; echo d''one\n");
    long begin = System.nanoTime();
    long bytes = 0;
    boolean done = false;
    while (!done) {
      byte[] payload = viewer.skip().payload();
      bytes += payload.length;
      int n = payload.length;
      done = n >= 6 && new String(payload, n - 6, 6, StandardCharsets.US_ASCII).equals("done\r\n");
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    System.out.printf("%s: %.1f MB/s%n", what, bytes / seconds / 1e6);
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
      String text = "";
      while (!text.contains("stopped\r\n")) {
        byte[] payload = viewer.skip().payload();
        bytes += payload.length;
        text = new String(payload, StandardCharsets.ISO_8859_1);
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
