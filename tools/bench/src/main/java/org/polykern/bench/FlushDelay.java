package org.polykern.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.polykern.cli.client.ApiClient;
import org.polykern.cli.client.ApiSocket;

/** From a program's flush to the client of its execute stream; the yardstick reads a pipe. */
final class FlushDelay {
  private static final double FIRST_BYTE_MS = 5;
  private static final int WARM_UP_RUNS = 20;

  private final Bed bed;
  private final Bed.Instance instance;

  FlushDelay(Bed bed, Bed.Instance instance) {
    this.bed = bed;
    this.instance = instance;
  }

  List<Figure> all(String session) throws Exception {
    var subject = new Histogram(3);
    var yardstick = new Histogram(3);
    int blocks = bed.quick() ? 3 : 20;
    for (int i = 0; i < WARM_UP_RUNS; i++) {
      stream(session, new Histogram(3));
    }
    for (int i = 0; i < blocks; i++) {
      stream(session, subject);
      pipe(yardstick);
    }
    return List.of(
        figure("execute, flush to client p50", subject, yardstick, 50, null),
        figure("execute, flush to client p99", subject, yardstick, 99, FIRST_BYTE_MS));
  }

  private static Figure figure(
      String what,
      Histogram subject,
      Histogram yardstick,
      double percentile,
      @org.jspecify.annotations.Nullable Double budget) {
    return StreamBench.latency(what, subject, yardstick, percentile, 1e3, budget);
  }

  /** Each line says when it was written, in nanoseconds of the machine's clock. */
  private static String program() {
    return """
    import time
    for _ in range(100):
        time.sleep(0.005)
        print(time.time_ns(), flush=True)
    """;
  }

  private void stream(String session, Histogram into) throws Exception {
    try (var socket =
        instance.sessions.api().socket("/stream/session/" + session + "/execute", null)) {
      var order = ApiClient.JSON.createObjectNode().put("mode", "query").put("code", program());
      order.putObject("options");
      socket.send(order.toString());
      while (true) {
        switch (socket.next()) {
          case ApiSocket.Text(String text) -> {
            var now = microseconds();
            var message = ApiClient.JSON.readTree(text);
            record(message.path("console"), now, into);
            if (message.path("status").asText().equals("finished")) {
              return;
            }
          }
          case ApiSocket.End(int code, String reason) ->
              throw new IOException("Expected output, but an end: " + code + " " + reason);
          case ApiSocket.Binary _ -> throw new IOException("Expected output as text");
        }
      }
    }
  }

  private static void record(JsonNode console, long now, Histogram into) throws IOException {
    for (var item : console) {
      if (!item.path(0).asText().equals("stdout")) {
        throw new IOException("Expected only standard output, but got " + item);
      }
      for (var line : item.path(1).asText().lines().toList()) {
        into.recordValue(Math.max(0, now - Long.parseLong(line) / 1_000));
      }
    }
  }

  private static void pipe(Histogram into) throws IOException {
    var process = new ProcessBuilder("python3", "-c", program()).start();
    try (var lines = process.inputReader()) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        into.recordValue(Math.max(0, microseconds() - Long.parseLong(line) / 1_000));
      }
    }
  }

  private static long microseconds() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
  }
}
