package org.polykern.agent;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.polykern.agent.jail.JailMode;
import org.polykern.common.config.Setting;
import org.polykern.common.id.AgentId;
import org.polykern.common.resource.DataSize;

/** The {@code [agent]} section: what one agent is, where it keeps things, what it may give away. */
public record AgentConfig(
    @Setting(
            fallback = Setting.REQUIRED,
            about = "name that the agent keeps over restarts; the launcher gives i-<hostname>")
        AgentId id,
    @Setting(fallback = "default", about = "resource group in which the agent registers")
        String scalingGroup,
    @Setting(
            fallback = Setting.REQUIRED,
            about = "directory of the kernels' scratch and state; the agent owns it alone")
        Path dataDir,
    @Setting(
            fallback = Setting.REQUIRED,
            about = "directory with runtime/, runner.jar, runner.args and runner.aot")
        Path kernelHome,
    @Setting(
            fallback = "auto",
            about = "docker, process, or auto: docker when it answers and has a labelled image")
        BackendKind backend,
    @Setting(fallback = "unix:///var/run/docker.sock", about = "where the container engine listens")
        String dockerHost,
    @Setting(fallback = "polykern0", about = "name of the bridge interface of the kernels' network")
        String bridge,
    @Setting(
            fallback = "-1",
            about = "user id of kernels; -1 is 9001 when the agent is root, else the agent's own")
        int kernelUid,
    @Setting(fallback = "-1", about = "group id of kernels; -1 as for kernel-uid") int kernelGid,
    @Setting(
            fallback = "-1",
            about = "user id of runners; -1 is kernel-uid + 1 when the agent is root, else its own")
        int runnerUid,
    @Setting(
            fallback = "enforce",
            about = "enforce: a system call filter for every program; watch: it only tells; off")
        JailMode jail,
    @Setting(fallback = "", about = "directory of your own jail policies; empty: none")
        Path jailPolicies,
    @Setting(fallback = "", about = "directory of jail plug-ins (jars); empty: none")
        Path jailPlugins,
    @Setting(fallback = "3s", about = "time between two heartbeats") Duration heartbeat,
    @Setting(fallback = "60s", about = "how long a kernel may take from its start to its hello")
        Duration startDeadline,
    @Setting(fallback = "512", about = "processes and threads that a kernel may have")
        int pidsLimit,
    @Setting(fallback = "0", about = "cores to offer; 0 is all that the agent may use") int cpus,
    @Setting(fallback = "0", about = "memory to offer, as 8g; 0 is the machine's less 1 GiB")
        String mem,
    @Setting(
            fallback = "/usr/bin/python3, /usr/local/bin/python3",
            about = "interpreters that the process backend offers, best first")
        List<String> interpreters,
    @Setting(
            fallback = "127.0.0.1",
            about = "address of the tunnel port; gateways elsewhere need 0.0.0.0 or one they reach")
        String tunnelHost,
    @Setting(fallback = "0", about = "port for the bytes of terminals and services; 0 is any free")
        int tunnelPort) {
  /** Whom kernels run as where the agent may choose. */
  static final int KERNEL_USER = 9001;

  private static final int MIN_PIDS = 64;

  public AgentConfig {
    interpreters = List.copyOf(interpreters);
    if (heartbeat.isNegative() || heartbeat.isZero()) {
      throw new IllegalArgumentException(
          "Expected heartbeat to be longer than 0, but got " + heartbeat);
    }
    if (startDeadline.toSeconds() < 1) {
      throw new IllegalArgumentException(
          "Expected start-deadline of at least 1s, but got " + startDeadline);
    }
    if (pidsLimit < MIN_PIDS) {
      throw new IllegalArgumentException(
          "Expected pids-limit of at least "
              + MIN_PIDS
              + " (the runner alone needs about 30), but got "
              + pidsLimit);
    }
    if (runnerUid == 0 || runnerUid == (kernelUid < 0 ? KERNEL_USER : kernelUid)) {
      throw new IllegalArgumentException(
          "Expected runner-uid to be neither 0 nor the kernels' user, but got " + runnerUid);
    }
    if (cpus < 0) {
      throw new IllegalArgumentException("Expected cpus to be 0 or more, but got " + cpus);
    }
    if (tunnelHost.isBlank()) {
      throw new IllegalArgumentException("Expected tunnel-host to be an address, but it is empty");
    }
    if (tunnelPort < 0 || tunnelPort > 65_535) {
      throw new IllegalArgumentException(
          "Expected tunnel-port from 0 to 65535, but got " + tunnelPort);
    }
    DataSize.parse(mem);
    if (!bridge.matches("[a-zA-Z0-9_.-]{1,15}")) {
      throw new IllegalArgumentException(
          "Expected bridge to be an interface name of at most 15 letters, but got '"
              + bridge
              + "'");
    }
  }

  /** Everything at its default but what has none. */
  public static AgentConfig of(AgentId id, Path dataDir, Path kernelHome) {
    return new AgentConfig(
        id,
        "default",
        dataDir,
        kernelHome,
        BackendKind.AUTO,
        "unix:///var/run/docker.sock",
        "polykern0",
        -1,
        -1,
        -1,
        JailMode.ENFORCE,
        Path.of(""),
        Path.of(""),
        Duration.ofSeconds(3),
        Duration.ofSeconds(60),
        512,
        0,
        "0",
        List.of("/usr/bin/python3", "/usr/local/bin/python3"),
        "127.0.0.1",
        0);
  }

  /** The same with another backend. */
  public AgentConfig withBackend(BackendKind kind) {
    return new AgentConfig(
        id,
        scalingGroup,
        dataDir,
        kernelHome,
        kind,
        dockerHost,
        bridge,
        kernelUid,
        kernelGid,
        runnerUid,
        jail,
        jailPolicies,
        jailPlugins,
        heartbeat,
        startDeadline,
        pidsLimit,
        cpus,
        mem,
        interpreters,
        tunnelHost,
        tunnelPort);
  }

  /** The same with another jail; directories may be empty paths. */
  public AgentConfig withJail(JailMode mode, Path policies, Path plugins) {
    return new AgentConfig(
        id,
        scalingGroup,
        dataDir,
        kernelHome,
        backend,
        dockerHost,
        bridge,
        kernelUid,
        kernelGid,
        runnerUid,
        mode,
        policies,
        plugins,
        heartbeat,
        startDeadline,
        pidsLimit,
        cpus,
        mem,
        interpreters,
        tunnelHost,
        tunnelPort);
  }

  /** The same with other amounts to offer. */
  public AgentConfig withCapacity(int cores, String memory) {
    return new AgentConfig(
        id,
        scalingGroup,
        dataDir,
        kernelHome,
        backend,
        dockerHost,
        bridge,
        kernelUid,
        kernelGid,
        runnerUid,
        jail,
        jailPolicies,
        jailPlugins,
        heartbeat,
        startDeadline,
        pidsLimit,
        cores,
        memory,
        interpreters,
        tunnelHost,
        tunnelPort);
  }
}
