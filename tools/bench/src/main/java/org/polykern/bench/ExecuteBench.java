package org.polykern.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One signed REST call that runs {@code print(1)} in a warm session, client included. */
final class ExecuteBench implements Bench {
  private static final double P50_MS = 1.5;
  private static final double P99_MS = 6;

  @Override
  public String name() {
    return "execute";
  }

  @Override
  public String about() {
    return "print(1) over REST on a warm session; yardstick: ipykernel straight over ZeroMQ";
  }

  @Override
  public List<Figure> run(Bed bed) throws Exception {
    var figures = new ArrayList<Figure>();
    figures.addAll(run(bed, "process"));
    if (Bed.engineAnswers()) {
      figures.addAll(run(bed, "docker"));
    }
    return figures;
  }

  private List<Figure> run(Bed bed, String backend) throws Exception {
    var sampler = new Sampler();
    try (var instance = bed.start(backend, Map.of());
        var ipykernel = Ipykernel.start()) {
      instance.create("bench-execute");
      sampler.run(
          bed.quick() ? 300 : 2_000,
          bed.quick() ? 500 : 4_000,
          () -> {
            instance.execute("bench-execute", "print(1)");
            return null;
          },
          () -> ipykernel == null ? null : ipykernel.roundTrip());
      var hasYardstick = ipykernel != null;
      return List.of(
          figure(sampler, backend + " p50", 50, P50_MS, hasYardstick),
          figure(sampler, backend + " p99", 99, P99_MS, hasYardstick));
    }
  }

  private Figure figure(
      Sampler sampler, String what, double percentile, double budget, boolean hasYardstick) {
    return new Figure(
        name(),
        what,
        "ms",
        sampler.subject(percentile),
        budget,
        hasYardstick ? sampler.yardstick(percentile) : null,
        sampler.samples());
  }
}
