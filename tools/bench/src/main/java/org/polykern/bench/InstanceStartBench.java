package org.polykern.bench;

import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.polykern.embedded.EmbeddedPostgres;

/** A second start over existing data until healthy; yardstick: PostgreSQL alone over its data. */
final class InstanceStartBench implements Bench {
  private static final double READY_MS = 8_000;

  @Override
  public String name() {
    return "start";
  }

  @Override
  public String about() {
    return "instance start over existing data until healthy; yardstick: PostgreSQL alone";
  }

  @Override
  public List<Figure> run(Bed bed) throws Exception {
    var data = Files.createTempDirectory("polykern-bench");
    var postgresData = Files.createTempDirectory("polykern-bench-pg");
    var sampler = new Sampler();
    try {
      bed.up(data, "process", Map.of());
      bed.down(data);
      EmbeddedPostgres.start(postgresData).close();
      var samples = bed.quick() ? 3 : 10;
      for (int i = 0; i < samples; i++) {
        var postgres = new EmbeddedPostgres[1];
        sampler.run(
            0,
            1,
            () -> {
              bed.up(data, "process", Map.of());
              return null;
            },
            () -> postgres[0] = EmbeddedPostgres.start(postgresData));
        postgres[0].close();
        bed.down(data);
      }
    } finally {
      bed.removeData(data);
      bed.removeData(postgresData);
    }
    return List.of(
        new Figure(
            name(),
            "up --detach median",
            "ms",
            sampler.subject(50),
            READY_MS,
            sampler.yardstick(50),
            sampler.samples()),
        new Figure(
            name(),
            "up --detach worst",
            "ms",
            sampler.subject(100),
            READY_MS,
            sampler.yardstick(100),
            sampler.samples()));
  }
}
