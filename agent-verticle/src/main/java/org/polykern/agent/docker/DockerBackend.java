package org.polykern.agent.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Frame;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.polykern.agent.backend.ContainerEnd;
import org.polykern.agent.backend.ContainerRef;
import org.polykern.agent.backend.ImageRuntime;
import org.polykern.agent.backend.KernelBackend;
import org.polykern.agent.backend.KernelDirs;
import org.polykern.agent.backend.Launch;
import org.polykern.agent.backend.RunnerPlace;
import org.polykern.agent.backend.Usage;
import org.polykern.agent.cgroup.Cgroup;
import org.polykern.agent.cgroup.CgroupMounts;
import org.polykern.agent.jail.ImagePolicy;
import org.polykern.agent.jail.JailHome;
import org.polykern.agent.jail.JailUsers;
import org.polykern.common.id.KernelId;
import org.polykern.common.image.ImageFacts;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;
import org.polykern.common.task.Tasks;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs kernels as containers. */
public final class DockerBackend implements KernelBackend {
  private static final Logger log = LoggerFactory.getLogger(DockerBackend.class);
  private static final Duration KILL_LIMIT = Duration.ofSeconds(60);
  private static final long KILL_PAUSE_NANOS = Duration.ofMillis(10).toNanos();
  private static final int LOG_SECONDS = 60;
  private static final int REPLIN = 2000;
  private static final int REPLOUT = 2001;
  private static final int STREAMS = 2002;

  private final DockerSettings settings;
  private final DockerClient engine;
  private final EngineImages images;
  private final ContainerPlan plan;
  private final ContainerEnds ends;
  private final CgroupMounts mounts = CgroupMounts.detect();
  private final Map<String, Cgroup> groups = new ConcurrentHashMap<>();

  private DockerBackend(DockerSettings settings, DockerClient engine, Tasks tasks) {
    this.settings = settings;
    this.engine = engine;
    this.images = new EngineImages(engine, settings.instance());
    this.plan = new ContainerPlan(settings);
    this.ends = new ContainerEnds(engine, settings, tasks);
  }

  /** What came of looking for an engine: a backend, or why there is none. */
  public record Probe(Optional<DockerBackend> backend, String failure) {}

  /** Connects; empty when no engine answers. */
  public static Probe probe(DockerSettings settings, Tasks tasks) {
    var engine = Engine.connect(settings.host());
    var failure = Engine.failure(engine);
    if (failure.isPresent()) {
      close(engine);
      return new Probe(Optional.empty(), failure.get());
    }
    return new Probe(Optional.of(new DockerBackend(settings, engine, tasks)), "");
  }

  /** Whether there is an image that was made for kernels. */
  public boolean hasLabelledImage() {
    return images.hasLabelled();
  }

  @Override
  public String name() {
    return "docker";
  }

  @Override
  public List<String> missingIsolation() {
    return List.of();
  }

  @Override
  public List<ImageFacts> images() {
    return images.list();
  }

  @Override
  public ImageRuntime runtimeOf(String image) {
    return guarded("look at image " + image, () -> images.runtimeOf(image));
  }

  @Override
  public RunnerPlace place(KernelDirs dirs) {
    return new RunnerPlace(
        "0.0.0.0",
        REPLIN,
        REPLOUT,
        STREAMS,
        "/opt/kernel",
        "/home/config",
        "/home/work",
        "/run/polykern");
  }

  @Override
  public boolean sharesNetwork() {
    return false;
  }

  @Override
  public JailUsers users() {
    return settings.users();
  }

  /** The engine's own profile lets containers trace; what it refuses fails a session's start. */
  @Override
  public @Nullable String jailObstacle() {
    return JailHome.at(settings.kernelHome()).obstacle();
  }

  @Override
  public Optional<ImagePolicy> jailPolicy(ImageRuntime image) {
    return guarded(
        "look at an image", () -> Optional.ofNullable(images.look(image.engineRef()).jailPolicy()));
  }

  @Override
  public ContainerRef launch(Launch launch) {
    return guarded("start a container", () -> start(create(launch), launch));
  }

  @Override
  public Optional<ContainerEnd> ended(KernelId kernel, KernelDirs dirs, ContainerRef container) {
    return guarded("look at a container", () -> ends.ended(container.id()));
  }

  @Override
  public void watch(
      KernelId kernel, KernelDirs dirs, ContainerRef container, Consumer<ContainerEnd> ended) {
    ends.watch(kernel, container.id(), ended);
  }

  @Override
  public ContainerEnd kill(KernelId kernel, KernelDirs dirs, ContainerRef container) {
    ends.forget(kernel);
    groups.remove(container.id());
    return guarded("stop a container", () -> kill(container.id()));
  }

  @Override
  public byte[] log(KernelDirs dirs, ContainerRef container, int maxBytes) {
    try (var tail = new LogTail(maxBytes)) {
      engine
          .logContainerCmd(container.id())
          .withStdOut(true)
          .withStdErr(true)
          .withTailAll()
          .exec(tail);
      if (!tail.awaitCompletion(LOG_SECONDS, TimeUnit.SECONDS)) {
        log.warn("The log of container {} took too long; it is cut", container.id());
      }
      return tail.bytes();
    } catch (NotFoundException e) {
      return new byte[0];
    } catch (IOException | RuntimeException e) {
      log.warn("Cannot read the log of container {}: {}", container.id(), e.toString());
      return new byte[0];
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new byte[0];
    }
  }

  @Override
  public void remove(KernelId kernel, KernelDirs dirs) {
    ends.forget(kernel);
    guarded(
        "remove a container",
        () -> {
          containers(Labels.KERNEL_ID + "=" + kernel).forEach(this::removeContainer);
          return true;
        });
  }

  @Override
  public Optional<Usage> usage(KernelId kernel, ContainerRef container) {
    var group = groups.get(container.id());
    if (group == null) {
      try {
        var pid = engine.inspectContainerCmd(container.id()).exec().getState().getPidLong();
        var found = pid == null || pid <= 0 ? Optional.<Cgroup>empty() : mounts.of(pid);
        if (found.isEmpty()) {
          return Optional.empty();
        }
        group = found.get();
        groups.put(container.id(), group);
      } catch (DockerException e) {
        return Optional.empty();
      }
    }
    return group.usage();
  }

  @Override
  public void removeStrays(Set<KernelId> known) {
    for (var container : containers(Labels.KERNEL_ID)) {
      var kernel = String.valueOf(container.getLabels().get(Labels.KERNEL_ID));
      if (known.stream().noneMatch(id -> id.toString().equals(kernel))) {
        log.warn("Removing container {} of kernel {}: unknown here", container.getId(), kernel);
        removeContainer(container);
      }
    }
  }

  @Override
  public void close() {
    Engine.removeNetwork(engine, settings.bridge()); // refused while a container is on it
    close(engine);
  }

  private String create(Launch launch) {
    try {
      UserFiles.write(launch.dirs(), images.look(launch.image().engineRef()), settings.users());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("Cannot write the kernel's user files", e);
    }
    try {
      return plan.of(engine, launch).exec().getId();
    } catch (ConflictException nameIsTaken) {
      var existing = existing(launch);
      return existing == null ? plan.of(engine, launch).exec().getId() : existing;
    }
  }

  /** The container of this generation; one of another is removed. */
  private @Nullable String existing(Launch launch) {
    var generation = Integer.toString(launch.generation());
    for (var container : containers(Labels.KERNEL_ID + "=" + launch.spec().kernelId())) {
      if (generation.equals(container.getLabels().get(Labels.GENERATION))) {
        return container.getId();
      }
      removeContainer(container);
    }
    return null;
  }

  private ContainerRef start(String id, Launch launch) {
    try {
      engine.startContainerCmd(id).exec();
    } catch (NotFoundException noNetwork) {
      Engine.ensureNetwork(engine, settings.bridge());
      engine.startContainerCmd(id).exec();
    } catch (com.github.dockerjava.api.exception.NotModifiedException startedAlready) {
      log.debug("Container {} of kernel {} runs already", id, launch.spec().kernelId());
    }
    return new ContainerRef(id, address(engine.inspectContainerCmd(id).exec()), 0);
  }

  private String address(InspectContainerResponse container) {
    var network = container.getNetworkSettings().getNetworks().get(settings.bridge());
    var address = network == null ? null : network.getIpAddress();
    if (address == null || address.isEmpty()) {
      throw Problem.of(
              ProblemCode.KERNEL_CREATION_FAILED,
              "The container ended at once with code "
                  + container.getState().getExitCodeLong()
                  + "; "
                  + container.getState().getError())
          .toException();
    }
    return address;
  }

  private ContainerEnd kill(String container) {
    var deadline = System.nanoTime() + KILL_LIMIT.toNanos();
    while (true) {
      var end = ends.ended(container);
      if (end.isPresent()) {
        return end.get();
      }
      if (System.nanoTime() > deadline) {
        throw Problem.of(
                ProblemCode.KERNEL_DESTRUCTION_FAILED,
                "Expected container " + container + " to end after SIGKILL, but it did not.")
            .toException();
      }
      try {
        engine.killContainerCmd(container).exec();
      } catch (NotFoundException | ConflictException notRunning) {
        log.debug("Container {} is not running", container);
      }
      LockSupport.parkNanos(KILL_PAUSE_NANOS);
    }
  }

  private List<Container> containers(String label) {
    return engine
        .listContainersCmd()
        .withShowAll(true)
        .withLabelFilter(
            new ArrayList<>(List.of(label, Labels.INSTANCE + "=" + settings.instance())))
        .exec();
  }

  private void removeContainer(Container container) {
    try {
      engine.removeContainerCmd(container.getId()).withForce(true).withRemoveVolumes(true).exec();
    } catch (NotFoundException | ConflictException goneOrGoing) {
      log.debug("Container {} is gone already", container.getId());
    }
  }

  private static <T> T guarded(String what, java.util.function.Supplier<T> work) {
    try {
      return work.get();
    } catch (DockerException e) {
      throw Problem.of(
              ProblemCode.KERNEL_CREATION_FAILED,
              "The container engine could not "
                  + what
                  + ": "
                  + String.valueOf(e.getMessage()).strip())
          .toException();
    }
  }

  private static void close(DockerClient engine) {
    try {
      engine.close();
    } catch (IOException e) {
      log.debug("Closing the engine's client failed", e);
    }
  }

  /** The end of a log, in bounded memory. */
  private static final class LogTail extends ResultCallback.Adapter<Frame> {
    private final TailBuffer buffer;

    LogTail(int limit) {
      buffer = new TailBuffer(limit);
    }

    @Override
    public void onNext(Frame frame) {
      buffer.add(frame.getPayload());
    }

    byte[] bytes() {
      return buffer.bytes();
    }
  }
}
