package org.polykern.agent.kernel;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.polykern.agent.backend.KernelBackend;
import org.polykern.agent.device.Devices;
import org.polykern.agent.device.HostCapacity;
import org.polykern.agent.jail.JailMode;
import org.polykern.agent.jail.JailSettings;
import org.polykern.agent.jail.SessionJails;
import org.polykern.agent.runnerlink.RunnerLinks;
import org.polykern.agent.tunnel.Tunnels;
import org.polykern.common.bus.KernelCommand;
import org.polykern.common.bus.KernelCommand.StartKernel;
import org.polykern.common.bus.KernelCommand.StopKernel;
import org.polykern.common.id.KernelId;
import org.polykern.common.id.SessionId;
import org.polykern.common.kernel.KernelObserved;
import org.polykern.common.kernel.KernelSpec;
import org.polykern.common.kernel.KernelState;
import org.polykern.common.resource.ResourceSlots;
import org.polykern.common.task.Tasks;

/** The kernel logic over some backend, without a bus. */
public final class Parts implements AutoCloseable {
  public final List<KernelObserved> reported = new CopyOnWriteArrayList<>();
  public final KernelStore store;
  public final Kernels kernels;
  public final KernelParts parts;
  final Devices devices =
      new Devices(new HostCapacity(Map.of(0, BigDecimal.ONE, 1, BigDecimal.ONE), 1L << 30));
  private final Tasks tasks;
  private final RunnerLinks links = new RunnerLinks();
  private final KernelBackend backend;
  private final Tunnels tunnels = Tunnels.listen("127.0.0.1", 0, "127.0.0.1");

  public Parts(Path root, JailSettings jail, KernelBackend backend, Tasks tasks) {
    this.backend = backend;
    this.tasks = tasks;
    store = new KernelStore(root);
    kernels = new Kernels(store);
    var sink =
        new ReportSink() {
          @Override
          public void changed(Kernel kernel) {
            reported.add(kernel.observed());
          }

          @Override
          public void unknown(KernelObserved observed) {
            reported.add(observed);
          }
        };
    parts =
        KernelParts.wire(
            new KernelParts.Needs(
                store,
                kernels,
                devices,
                backend,
                SessionJails.open(
                    jail, jail.mode() == JailMode.OFF ? null : backend.jailObstacle()),
                links,
                sink,
                tunnels,
                tasks,
                new KernelParts.Settings(jail.kernelHome(), false, Duration.ofSeconds(10))));
  }

  public static KernelSpec spec(KernelId kernel, String image, long memory) {
    return new KernelSpec(
        kernel,
        SessionId.of(kernel.toString()),
        "s",
        "AK",
        "u",
        "p",
        image,
        ResourceSlots.of("cpu", 1, "mem", memory),
        1 << 20,
        Map.of("BACKENDAI_KERNEL_ID", kernel.toString()),
        "main1",
        null,
        null,
        List.of(),
        Map.of());
  }

  public KernelCommand.Outcome start(KernelSpec spec, int generation) {
    return parts
        .commands()
        .handle(new StartKernel(spec, generation, Instant.now().plusSeconds(10)));
  }

  public KernelCommand.Outcome stop(KernelId kernel, int generation) {
    return parts
        .commands()
        .handle(
            new StopKernel(
                kernel, SessionId.of(kernel.toString()), generation, "user-requested", true));
  }

  public KernelObserved await(KernelState state) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> !reported.isEmpty() && reported.getLast().state() == state);
    return reported.getLast();
  }

  @Override
  public void close() {
    tasks.close();
    links.close();
    tunnels.close();
    backend.close();
  }
}
