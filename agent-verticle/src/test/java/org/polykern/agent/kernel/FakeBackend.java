package org.polykern.agent.kernel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
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
import org.polykern.agent.jail.ImagePolicy;
import org.polykern.agent.jail.JailUsers;
import org.polykern.common.id.KernelId;
import org.polykern.common.image.ImageFacts;
import org.polykern.common.problem.Problem;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;

/** Containers without anything in them but a runner that says hello; can be told to misbehave. */
final class FakeBackend implements KernelBackend {
  final List<String> done = new CopyOnWriteArrayList<>();
  final Map<String, ContainerEnd> ended = new ConcurrentHashMap<>();
  final Map<KernelId, Consumer<ContainerEnd>> watches = new ConcurrentHashMap<>();
  volatile boolean silentRunner;
  volatile boolean diesAtOnce;
  volatile CountDownLatch launchGate = new CountDownLatch(0);
  volatile Map<String, String> labels = Map.of();
  volatile int streams;

  /** Type of a question to the type and the body of its answer, with a blank between. */
  final Map<String, String> answers = new ConcurrentHashMap<>();

  /** Types and bodies of the questions. */
  final List<String> asked = new CopyOnWriteArrayList<>();

  private final ZMQ.Context context = ZMQ.context(1);
  private final Map<String, ContainerRef> living = new ConcurrentHashMap<>();

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
    return List.of();
  }

  @Override
  public ImageRuntime runtimeOf(String image) {
    if (image.equals("unknown")) {
      throw Problem.notFound("image", "There is no image unknown.").toException();
    }
    return new ImageRuntime(image, "python", null, labels);
  }

  @Override
  public RunnerPlace place(KernelDirs dirs) {
    return new RunnerPlace("127.0.0.1", 0, 0, 0, "/home", "/config", "/work", "/run");
  }

  @Override
  public boolean sharesNetwork() {
    return true;
  }

  @Override
  public JailUsers users() {
    return new JailUsers(0, 0, 0);
  }

  @Override
  public @Nullable String jailObstacle() {
    return null;
  }

  @Override
  public Optional<ImagePolicy> jailPolicy(ImageRuntime image) {
    return Optional.empty();
  }

  @Override
  public ContainerRef launch(Launch launch) {
    try {
      launchGate.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    var key = launch.spec().kernelId() + ":" + launch.generation();
    var there = living.get(key);
    if (there != null) {
      return there;
    }
    var container = new ContainerRef(key, "127.0.0.1", 0);
    living.put(key, container);
    done.add("launch " + launch.generation());
    if (diesAtOnce) {
      ended.put(key, new ContainerEnd(3, false));
    } else if (!silentRunner) {
      announce(launch.dirs());
    }
    return container;
  }

  @Override
  public Optional<ContainerEnd> ended(KernelId kernel, KernelDirs dirs, ContainerRef container) {
    return Optional.ofNullable(ended.get(container.id()));
  }

  @Override
  public void watch(
      KernelId kernel, KernelDirs dirs, ContainerRef container, Consumer<ContainerEnd> callback) {
    watches.put(kernel, callback);
    var end = ended.get(container.id());
    if (end != null) {
      callback.accept(end);
    }
  }

  @Override
  public ContainerEnd kill(KernelId kernel, KernelDirs dirs, ContainerRef container) {
    done.add("kill " + container.id().substring(37));
    living.remove(container.id());
    return ended.getOrDefault(container.id(), new ContainerEnd(137, false));
  }

  @Override
  public byte[] log(KernelDirs dirs, ContainerRef container, int maxBytes) {
    return "the log".getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void remove(KernelId kernel, KernelDirs dirs) {
    done.add("remove");
  }

  @Override
  public Optional<Usage> usage(KernelId kernel, ContainerRef container) {
    return Optional.empty();
  }

  @Override
  public void removeStrays(Set<KernelId> known) {
    done.add("strays");
  }

  @Override
  public void close() {
    context.close();
  }

  private void announce(KernelDirs dirs) {
    var commands = context.socket(SocketType.PULL);
    var messages = context.socket(SocketType.PUSH);
    commands.setLinger(0);
    messages.setLinger(0);
    var replin = commands.bindToRandomPort("tcp://127.0.0.1");
    var replout = messages.bindToRandomPort("tcp://127.0.0.1");
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try (commands;
              messages) {
            for (var type = commands.recvStr(); type != null; type = commands.recvStr()) {
              answer(messages, type, commands.recvStr());
            }
          } catch (ZMQException closed) {
            assert closed.getErrorCode() == ZMQ.Error.ETERM.getCode();
          }
        });
    try {
      var fresh = dirs.run().resolve("new");
      Files.writeString(
          fresh,
          "{\"publicKey\": null, \"replin\": %d, \"replout\": %d, \"streams\": %d}"
              .formatted(replin, replout, streams));
      Files.move(fresh, dirs.announcement());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void answer(ZMQ.Socket messages, String type, String payload) {
    var answer = answers.get(type);
    if (type.equals("hello")) {
      messages.sendMore("hello");
      messages.send("{\"protocol\": 1, \"runtime\": \"python\", \"next\": 1}\n");
    } else if (answer != null) {
      var end = payload.indexOf('\n');
      asked.add(type + " " + payload.substring(end + 1));
      messages.sendMore(answer.substring(0, answer.indexOf(' ')));
      messages.send(payload.substring(0, end + 1) + answer.substring(answer.indexOf(' ') + 1));
    }
  }
}
