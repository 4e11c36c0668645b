package org.polykern.agent;

import io.vertx.core.Vertx;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.polykern.common.bus.Addresses;
import org.polykern.common.bus.AgentReport;
import org.polykern.common.bus.Bus;
import org.polykern.common.bus.FileCommand;
import org.polykern.common.bus.KernelCommand;
import org.polykern.common.bus.RunCommand;
import org.polykern.common.bus.RunCommand.ConsoleItem;
import org.polykern.common.bus.RunCommand.Mode;
import org.polykern.common.bus.StreamCommand;
import org.polykern.common.id.AgentId;
import org.polykern.common.id.KernelId;
import org.polykern.common.id.RunId;
import org.polykern.common.id.SessionId;
import org.polykern.common.image.ImageFacts;
import org.polykern.common.kernel.KernelObserved;
import org.polykern.common.kernel.KernelSpec;
import org.polykern.common.kernel.KernelState;
import org.polykern.common.resource.ResourceSlots;
import org.polykern.common.task.Tasks;

/** An agent with a scheduler that only listens, in one Vert.x instance. */
public final class AgentFixture implements AutoCloseable {
  public static final AgentId ID = new AgentId("i-test");
  public static final Duration LONG = Duration.ofSeconds(40);

  public final Vertx vertx = Vertx.vertx();
  public final Map<KernelId, KernelObserved> states = new ConcurrentHashMap<>();
  public final List<KernelState> order = new java.util.concurrent.CopyOnWriteArrayList<>();
  public final ConcurrentLinkedQueue<AgentReport.LogSaved> logs = new ConcurrentLinkedQueue<>();
  public final ConcurrentLinkedQueue<AgentReport.Heartbeat> heartbeats =
      new ConcurrentLinkedQueue<>();
  public volatile List<ImageFacts> images = List.of();
  public final AgentVerticle agent;
  public final AgentConfig config;
  private final Tasks tasks = new Tasks("test", Duration.ofSeconds(1));
  private final Bus bus = new Bus(vertx, tasks);
  private final String deployment;

  /** Starts an agent over the data directory, as a new process would. */
  public AgentFixture(AgentConfig config) {
    this.config = config;
    bus.consume(Addresses.REPORTS, this::take).await();
    agent = new AgentVerticle(config);
    deployment = vertx.deployVerticle(agent).await();
  }

  /** The kernel home that runner-jvm's package phase has built. */
  public static Path kernelHome() {
    var home =
        Path.of(System.getProperty("polykern.kernel-home", "../runner-jvm/target/kernel"))
            .toAbsolutePath()
            .normalize();
    if (!Files.isExecutable(home.resolve("runtime/bin/pk-runner"))) {
      throw new IllegalStateException(
          "Expected a kernel home in " + home + "; run mvn -pl runner-jvm -am package first");
    }
    return home;
  }

  public static AgentConfig process(Path data) {
    return AgentConfig.of(ID, data, kernelHome()).withBackend(BackendKind.PROCESS);
  }

  public String image() {
    // The bare name is what a person types.
    Awaitility.await().until(() -> !images.isEmpty());
    return images.stream()
        .filter(image -> image.aliases().contains("python"))
        .findFirst()
        .orElseThrow()
        .name();
  }

  public KernelSpec spec(KernelId kernel, String memory) {
    return spec(kernel, memory, image());
  }

  public KernelSpec spec(KernelId kernel, String memory, String image) {
    return spec(kernel, memory, image, List.of(), Map.of());
  }

  public KernelSpec spec(
      KernelId kernel,
      String memory,
      String image,
      List<Integer> preopenPorts,
      Map<String, Object> resourceOptions) {
    return new KernelSpec(
        kernel,
        SessionId.of(kernel.toString()),
        "s-" + kernel.toString().substring(0, 8),
        "AKTEST",
        "user",
        "project",
        image,
        new ResourceSlots(
            Map.of(
                "cpu", BigDecimal.ONE, "mem", org.polykern.common.resource.DataSize.parse(memory))),
        32 << 20,
        Map.of("BACKENDAI_KERNEL_ID", kernel.toString(), "GREETING", "hello\nworld"),
        "main1",
        null,
        null,
        preopenPorts,
        resourceOptions);
  }

  /** Starts a kernel and waits until it runs. */
  public KernelId start() {
    return start("512m");
  }

  public KernelId start(String memory) {
    var kernel = KernelId.random();
    start(spec(kernel, memory), 1);
    awaitState(kernel, KernelState.RUNNING);
    return kernel;
  }

  public KernelCommand.Outcome start(KernelSpec spec, int generation) {
    return bus.request(
        Addresses.kernels(ID),
        new KernelCommand.StartKernel(spec, generation, Instant.now().plusSeconds(30)));
  }

  public KernelCommand.Outcome stop(KernelId kernel, int generation) {
    return bus.request(
        Addresses.kernels(ID),
        new KernelCommand.StopKernel(
            kernel, SessionId.of(kernel.toString()), generation, "user-requested", false));
  }

  public void stopAndWait(KernelId kernel) {
    stop(kernel, 1);
    awaitState(kernel, KernelState.TERMINATED);
  }

  public KernelObserved awaitState(KernelId kernel, KernelState state) {
    Awaitility.await()
        .atMost(LONG)
        .until(() -> {
          var known = states.get(kernel);
          if (known != null && known.failure() != null && state == KernelState.RUNNING) {
            throw new AssertionError("The start failed: " + known.failure().message());
          }
          return known != null && known.state() == state;
        });
    return states.get(kernel);
  }

  public RunCommand.Outcome execute(
      KernelId kernel, @Nullable RunId run, Mode mode, String code, int waitMillis) {
    return bus.request(
        Addresses.runs(ID),
        new RunCommand.Execute(kernel, run, mode, code, Map.of(), waitMillis, 50));
  }

  public RunCommand.Outcome ask(RunCommand command) {
    return bus.request(Addresses.runs(ID), command);
  }

  public StreamCommand.Outcome ask(StreamCommand command) {
    return bus.request(Addresses.streams(ID), command);
  }

  public FileCommand.Outcome ask(FileCommand command) {
    return bus.request(Addresses.files(ID), command);
  }

  /** Everything that one run printed, and its end. */
  public record Ran(String stdout, String stderr, String status, @Nullable Integer exitCode) {}

  public Ran run(KernelId kernel, String code) {
    return follow(kernel, execute(kernel, null, Mode.QUERY, code, 2000));
  }

  /** Continues a run until it ends or asks for input. */
  public Ran follow(KernelId kernel, RunCommand.Outcome first) {
    var stdout = new StringBuilder();
    var stderr = new StringBuilder();
    var outcome = first;
    while (true) {
      if (outcome instanceof RunCommand.Outcome.KernelLost lost) {
        add(lost.console(), stdout, stderr);
        return new Ran(stdout.toString(), stderr.toString(), "lost", null);
      }
      var result = (RunCommand.Outcome.Result) outcome;
      add(result.console(), stdout, stderr);
      if (!result.status().equals("continued")) {
        return new Ran(stdout.toString(), stderr.toString(), result.status(), result.exitCode());
      }
      outcome = execute(kernel, result.runId(), Mode.CONTINUE, "", 2000);
    }
  }

  private static void add(List<ConsoleItem> items, StringBuilder stdout, StringBuilder stderr) {
    for (var item : items) {
      if (item.kind().equals("stdout")) {
        stdout.append(item.text());
      } else if (item.kind().equals("stderr")) {
        stderr.append(item.text());
      }
    }
  }

  /** Ends the agent's part of this process; its kernels live on. */
  public void leave() {
    vertx.undeploy(deployment).await();
    tasks.close();
    vertx.close().await();
  }

  @Override
  public void close() {
    agent.stopAll().await();
    leave();
  }

  private AgentReport.Reply take(AgentReport report) {
    switch (report) {
      case AgentReport.Heartbeat heartbeat -> heartbeats.add(heartbeat);
      case AgentReport.KernelReported reported -> {
        var kernel = reported.kernel();
        order.add(kernel.state());
        states.merge(
            kernel.kernelId(), kernel, (known, fresh) -> fresh.isNewerThan(known) ? fresh : known);
      }
      case AgentReport.ImagesReported reported -> images = reported.images();
      case AgentReport.LogSaved saved -> logs.add(saved);
    }
    return new AgentReport.Reply(false, false);
  }
}
