package org.polykern.agent.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Event;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.polykern.agent.backend.ContainerEnd;
import org.polykern.common.id.KernelId;
import org.polykern.common.task.Tasks;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notices that containers have ended. */
final class ContainerEnds {
  private static final Logger log = LoggerFactory.getLogger(ContainerEnds.class);
  private static final Duration SYNC = Duration.ofSeconds(10);
  private static final Duration RECONNECT = Duration.ofSeconds(2);

  private final DockerClient engine;
  private final DockerSettings settings;
  private final Tasks tasks;
  private final Map<String, Watch> watches = new ConcurrentHashMap<>();

  private final AtomicBoolean listening = new AtomicBoolean();

  private record Watch(KernelId kernel, Consumer<ContainerEnd> ended) {}

  ContainerEnds(DockerClient engine, DockerSettings settings, Tasks tasks) {
    this.engine = engine;
    this.settings = settings;
    this.tasks = tasks;
  }

  void watch(KernelId kernel, String container, Consumer<ContainerEnd> ended) {
    watches.put(container, new Watch(kernel, ended));
    if (listening.compareAndSet(false, true)) {
      tasks.startLoop("docker-events", this::listen);
      tasks.every(SYNC, "docker-sync", () -> watches.keySet().forEach(this::look));
    }
    tasks.start("docker-look", () -> look(container));
  }

  void forget(KernelId kernel) {
    watches.values().removeIf(watch -> watch.kernel().equals(kernel));
  }

  /** Empty while it lives. */
  Optional<ContainerEnd> ended(String container) {
    try {
      var state = engine.inspectContainerCmd(container).exec().getState();
      var status = String.valueOf(state.getStatus());
      if (status.equals("created") || Boolean.TRUE.equals(state.getRunning())) {
        return Optional.empty();
      }
      var code = state.getExitCodeLong();
      return Optional.of(
          new ContainerEnd(
              code == null ? ContainerEnd.UNSEEN.exitCode() : code.intValue(),
              Boolean.TRUE.equals(state.getOOMKilled())));
    } catch (NotFoundException e) {
      return Optional.of(ContainerEnd.UNSEEN);
    }
  }

  private void look(String container) {
    var watch = watches.get(container);
    if (watch == null) {
      return;
    }
    var end = ended(container);
    if (end.isPresent() && watches.remove(container, watch)) {
      watch.ended().accept(end.get());
    }
  }

  private void listen() throws InterruptedException {
    while (!tasks.isClosing()) {
      try (var events = new Events()) {
        engine
            .eventsCmd()
            .withEventFilter("die")
            .withEventTypeFilter("container")
            .withLabelFilter(Labels.INSTANCE + "=" + settings.instance())
            .exec(events);
        events.awaitCompletion();
      } catch (IOException | RuntimeException e) {
        log.debug("The engine's events broke off: {}", e.toString());
      }
      tasks.pause(RECONNECT);
    }
  }

  private final class Events extends ResultCallback.Adapter<Event> {
    @Override
    public void onNext(Event event) {
      var id = event.getId();
      if (id != null && watches.containsKey(id)) {
        tasks.start("docker-die", () -> look(id));
      }
    }

    @Override
    public void onError(Throwable e) {
      log.debug("The engine's events failed: {}", e.toString());
      super.onError(e);
    }
  }
}
