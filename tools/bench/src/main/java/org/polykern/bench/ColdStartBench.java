package org.polykern.bench;

import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.util.List;
import java.util.Map;

/** Create a session on the docker backend and get its first result; yardstick: the engine alone. */
final class ColdStartBench implements Bench {
  private static final String IMAGE = "polykern/python:3.11-debian12";
  private static final double P50_MS = 400;
  private static final double P95_MS = 600;
  private static final double RATIO = 2;

  private int serial;

  @Override
  public String name() {
    return "cold";
  }

  @Override
  public String about() {
    return "cold docker session: create to first result; yardstick: the engine's create + start";
  }

  @Override
  public List<Figure> run(Bed bed) throws Exception {
    if (!Bed.engineAnswers()) {
      throw new IllegalStateException(
          "Expected a Docker engine on its default socket, but none answers");
    }
    var sampler = new Sampler();
    var config = DefaultDockerClientConfig.createDefaultConfigBuilder().build();
    try (var instance = bed.start("docker", Map.of());
        var http =
            new ZerodepDockerHttpClient.Builder().dockerHost(config.getDockerHost()).build();
        var docker = DockerClientImpl.getInstance(config, http)) {
      var samples = bed.quick() ? 20 : 200;
      for (int i = 0; i < samples; i++) {
        // Ending what was started is not part of either figure, so each sample is a run of its own.
        var session = "bench-cold-" + serial++;
        var container = new String[1];
        sampler.run(
            0,
            1,
            () -> {
              instance.create(session);
              instance.execute(session, "print(1)");
              return null;
            },
            () -> {
              container[0] =
                  docker
                      .createContainerCmd(IMAGE)
                      .withCmd("sleep", "60")
                      .withHostConfig(HostConfig.newHostConfig().withInit(true))
                      .exec()
                      .getId();
              docker.startContainerCmd(container[0]).exec();
              return null;
            });
        docker.removeContainerCmd(container[0]).withForce(true).exec();
        instance.sessions.destroy(session, false);
      }
    }
    var yardstick = sampler.yardstick(50);
    return List.of(
        new Figure(
            name(), "docker p50", "ms", sampler.subject(50), P50_MS, yardstick, sampler.samples()),
        new Figure(
            name(),
            "docker p95",
            "ms",
            sampler.subject(95),
            P95_MS,
            sampler.yardstick(95),
            sampler.samples()),
        new Figure(
            name(),
            "p50 over engine p50",
            "x",
            sampler.subject(50) / yardstick,
            RATIO,
            null,
            sampler.samples()));
  }
}
