package org.polykern.agent.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.Ulimit;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.polykern.agent.backend.Launch;
import org.polykern.agent.jail.JailHome;
import org.polykern.agent.service.ServicePorts;

/** The body of a container's creation. */
final class ContainerPlan {
  private static final BigDecimal NANO = BigDecimal.valueOf(1_000_000_000);
  private static final long OPEN_FILES = 65_536;
  private static final Map<String, String> LOG =
      Map.of("max-size", "5m", "max-file", "2", "compress", "false");

  private final DockerSettings settings;
  private final long openFiles = Math.min(OPEN_FILES, ownHardLimit());

  ContainerPlan(DockerSettings settings) {
    this.settings = settings;
  }

  static String name(Launch launch) {
    return "kernel." + ImageNames.shortName(launch.spec().image()) + "." + launch.spec().kernelId();
  }

  CreateContainerCmd of(DockerClient engine, Launch launch) {
    return engine
        .createContainerCmd(launch.image().engineRef())
        .withName(name(launch))
        .withEntrypoint(entryPoint(launch))
        .withCmd(List.of())
        .withUser(settings.users().separate() ? "0:0" : user())
        .withWorkingDir("/home/work")
        .withHostName(launch.spec().hostname())
        .withEnv(environ(launch))
        .withLabels(labels(launch))
        .withTty(false)
        .withStopSignal("SIGINT")
        .withHostConfig(host(launch));
  }

  private String user() {
    return settings.users().uid() + ":" + settings.users().gid();
  }

  /** What the runner needs to give programs another user, it gets from the first process. */
  private List<String> entryPoint(Launch launch) {
    var users = settings.users();
    return users.separate()
        ? JailHome.enter("/opt/kernel", users, launch.command())
        : launch.command();
  }

  private HostConfig host(Launch launch) {
    var memory = launch.memoryBytes();
    var host =
        HostConfig.newHostConfig()
            .withInit(true)
            .withCapDrop(Capability.ALL)
            .withSecurityOpts(List.of("no-new-privileges"))
            .withPidsLimit((long) settings.pidsLimit())
            .withMemory(memory)
            .withMemorySwap(memory)
            .withShmSize(launch.spec().shmemBytes())
            .withUlimits(
                List.of(new Ulimit("nofile", openFiles, openFiles), new Ulimit("core", 0L, 0L)))
            .withNetworkMode(settings.bridge())
            .withLogConfig(new LogConfig(LogConfig.LoggingType.LOCAL, LOG))
            .withMounts(mounts(launch));
    if (settings.users().separate()) {
      host.withCapAdd(Capability.SETUID, Capability.SETGID, Capability.KILL);
    }
    if (!launch.cores().isEmpty()) {
      host.withCpusetCpus(
          launch.cores().stream().map(String::valueOf).collect(Collectors.joining(",")));
    }
    if (launch.cpu().compareTo(BigDecimal.valueOf(launch.cores().size())) < 0) {
      host.withNanoCPUs(launch.cpu().multiply(NANO).longValue());
    }
    return host;
  }

  /** The engine may not raise the limit above its own, which is usually the same as ours. */
  private static long ownHardLimit() {
    try (var lines = Files.lines(Path.of("/proc/self/limits"))) {
      return lines
          .filter(line -> line.startsWith("Max open files"))
          .map(line -> line.strip().split("\\s+", -1))
          .mapToLong(words -> Long.parseLong(words[words.length - 2]))
          .findFirst()
          .orElse(OPEN_FILES);
    } catch (IOException | NumberFormatException unlimited) {
      return OPEN_FILES;
    }
  }

  private List<Mount> mounts(Launch launch) {
    var dirs = launch.dirs();
    return List.of(
        bind(settings.kernelHome(), "/opt/kernel", true),
        bind(dirs.work(), "/home/work", false),
        bind(dirs.config(), "/home/config", true),
        bind(dirs.run(), "/run/polykern", false),
        bind(dirs.passwd(), "/etc/passwd", true),
        bind(dirs.group(), "/etc/group", true));
  }

  private static Mount bind(Path source, String target, boolean readOnly) {
    return new Mount()
        .withType(MountType.BIND)
        .withSource(source.toString())
        .withTarget(target)
        .withReadOnly(readOnly);
  }

  /**
   * The user's variables are in environ.json too; those that would change the runner stay there.
   */
  private List<String> environ(Launch launch) {
    var values = new TreeMap<String, String>();
    launch
        .environ()
        .forEach((name, value) -> {
          if (!name.startsWith("LD_") && !name.contains("JAVA") && !name.startsWith("JDK_")) {
            values.put(name, value);
          }
        });
    values.put("HOME", "/home/work");
    values.put("USER", "work");
    values.put("LOGNAME", "work");
    values.put("SHELL", "/bin/sh");
    values.put("LANG", values.getOrDefault("LANG", "C.UTF-8"));
    values.put("LOCAL_USER_ID", Integer.toString(settings.users().uid()));
    values.put("LOCAL_GROUP_ID", Integer.toString(settings.users().gid()));
    values.put("NVIDIA_VISIBLE_DEVICES", "void");
    var entries = new ArrayList<String>();
    values.forEach((name, value) -> entries.add(name + "=" + value));
    return entries;
  }

  private Map<String, String> labels(Launch launch) {
    var spec = launch.spec();
    var labels = new LinkedHashMap<String, String>();
    labels.put(Labels.KERNEL_ID, spec.kernelId().toString());
    labels.put(Labels.SESSION_ID, spec.sessionId().toString());
    labels.put(Labels.AGENT_ID, settings.agent());
    labels.put(Labels.OWNER, settings.agent());
    labels.put(Labels.OWNER_USER, spec.userId());
    labels.put(Labels.OWNER_PROJECT, spec.projectId());
    labels.put(Labels.SERVICE_PORTS, servicePorts(launch));
    labels.put(
        Labels.BLOCK_SERVICE_PORTS,
        ServicePorts.areBlocked(spec.resourceOptions(), launch.image().labels()) ? "1" : "0");
    labels.put(Labels.INSTANCE, settings.instance());
    labels.put(Labels.GENERATION, Integer.toString(launch.generation()));
    return labels;
  }

  private static String servicePorts(Launch launch) {
    var ports = new ArrayList<String>();
    var ofImage = launch.image().labels().getOrDefault(Labels.SERVICE_PORTS, "");
    if (!ofImage.isBlank()) {
      ports.add(ofImage);
    }
    launch.spec().preopenPorts().forEach(port -> ports.add(port + ":preopen:" + port));
    return String.join(",", ports);
  }
}
