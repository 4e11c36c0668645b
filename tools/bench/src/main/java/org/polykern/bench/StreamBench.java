package org.polykern.bench;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Terminals, execute streams and services, as a client on this machine sees them. */
final class StreamBench implements Bench {
  static final String NAME = "stream";
  private static final String SESSION = "bench-stream";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String about() {
    return "terminals, execute streams, services; yardsticks: a raw terminal, a pipe, a plain copy";
  }

  @Override
  public List<Figure> run(Bed bed) throws Exception {
    var figures = new ArrayList<Figure>();
    var directory = Files.createTempDirectory("polykern-bench-stream");
    try (var instance = bed.start("process", Map.of("POLYKERN_AGENT_CPUS", "4"))) {
      instance.create(SESSION);
      part(figures, new TerminalFigures(bed, instance, SESSION, directory)::all);
      part(figures, () -> new FlushDelay(bed, instance).all(SESSION));
      part(figures, () -> new ServiceFlow(bed, instance).all(SESSION + "-service"));
      part(figures, () -> new StalledReader(bed, instance).all(SESSION));
    } finally {
      bed.removeData(directory);
    }
    return figures;
  }

  private interface Part {
    List<Figure> measure() throws Exception;
  }

  /** The others are measured also where one cannot be. */
  private static void part(List<Figure> figures, Part part) throws InterruptedException {
    try {
      figures.addAll(part.measure());
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      System.err.println("error: a part of stream could not be measured: " + e);
    }
  }

  /**
   * A percentile of delays beside the yardstick's, in milliseconds.
   *
   * @param unitsPerMilli what the histograms count in
   * @param budget in milliseconds; null = none
   */
  static Figure latency(
      String what,
      Histogram subject,
      Histogram yardstick,
      double percentile,
      double unitsPerMilli,
      @Nullable Double budget) {
    return new Figure(
        NAME,
        what,
        "ms",
        subject.getValueAtPercentile(percentile) / unitsPerMilli,
        budget,
        yardstick.getValueAtPercentile(percentile) / unitsPerMilli,
        subject.getTotalCount());
  }
}
