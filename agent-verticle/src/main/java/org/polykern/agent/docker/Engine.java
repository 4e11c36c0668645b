package org.polykern.agent.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Connecting to an engine, and the network that kernels share. */
final class Engine {
  private static final Logger log = LoggerFactory.getLogger(Engine.class);
  private static final Duration CONNECT = Duration.ofSeconds(3);
  private static final int CONNECTIONS = 128;
  private static final String OWN = "org.polykern.network";

  private Engine() {}

  static DockerClient connect(String host) {
    var config =
        DefaultDockerClientConfig.createDefaultConfigBuilder().withDockerHost(host).build();
    var http =
        new ZerodepDockerHttpClient.Builder()
            .dockerHost(config.getDockerHost())
            .sslConfig(config.getSSLConfig())
            .maxConnections(CONNECTIONS)
            .connectionTimeout(CONNECT)
            .build();
    return DockerClientImpl.getInstance(config, http);
  }

  /** Why it does not answer; empty when it does. */
  static Optional<String> failure(DockerClient engine) {
    try {
      engine.pingCmd().exec();
      return Optional.empty();
    } catch (RuntimeException e) {
      var cause = e.getCause() == null ? e : e.getCause();
      return Optional.of(String.valueOf(cause.getMessage()));
    }
  }

  static void ensureNetwork(DockerClient engine, String bridge) {
    if (exists(engine, bridge)) {
      return;
    }
    try {
      engine
          .createNetworkCmd()
          .withName(bridge)
          .withDriver("bridge")
          .withCheckDuplicate(true)
          .withOptions(
              Map.of(
                  "com.docker.network.bridge.name",
                  bridge,
                  "com.docker.network.bridge.enable_icc",
                  "false"))
          .withLabels(Map.of(OWN, "1"))
          .exec();
      log.info("Made the network {}", bridge);
    } catch (ConflictException madeMeanwhile) {
      log.debug("Network {} was made by another agent", bridge);
    }
  }

  /** Removes the network unless a container is on it or it is not ours. */
  static void removeNetwork(DockerClient engine, String bridge) {
    try {
      var network = engine.inspectNetworkCmd().withNetworkId(bridge).exec();
      var labels = network.getLabels();
      if (labels != null && labels.containsKey(OWN)) {
        engine.removeNetworkCmd(network.getId()).exec();
      }
    } catch (NotFoundException gone) {
      log.debug("There is no network {}", bridge);
    } catch (DockerException inUse) {
      log.debug("Network {} stays: {}", bridge, inUse.getMessage());
    }
  }

  private static boolean exists(DockerClient engine, String bridge) {
    try {
      engine.inspectNetworkCmd().withNetworkId(bridge).exec();
      return true;
    } catch (NotFoundException e) {
      return false;
    }
  }
}
