package org.polykern.common.bus;

import java.time.Duration;
import java.util.UUID;
import org.polykern.common.id.AgentId;

/** Every address of the bus. */
public final class Addresses {
  /** Any scheduler instance applies reports. */
  public static final Address<AgentReport, AgentReport.Reply> REPORTS =
      new Address<>("scheduler.reports", Duration.ofSeconds(10));

  public static final Topic<SchedulerWake> SCHEDULER_WAKE = new Topic<>("scheduler.wake");
  public static final Topic<SessionEvent> SESSION_EVENTS = new Topic<>("session.events");
  public static final Topic<TaskMoved> TASKS = new Topic<>("tasks");

  private Addresses() {}

  public static Address<KernelCommand, KernelCommand.Outcome> kernels(AgentId agent) {
    return new Address<>("agent." + agent + ".kernels", Duration.ofSeconds(5));
  }

  /** Longer than the longest wait of an execute call. */
  public static Address<RunCommand, RunCommand.Outcome> runs(AgentId agent) {
    return new Address<>("agent." + agent + ".runs", Duration.ofSeconds(30));
  }

  public static Address<FileCommand, FileCommand.Outcome> files(AgentId agent) {
    return new Address<>("agent." + agent + ".files", Duration.ofSeconds(30));
  }

  /** Longer than a service may take to open its port. */
  public static Address<StreamCommand, StreamCommand.Outcome> streams(AgentId agent) {
    return new Address<>("agent." + agent + ".streams", Duration.ofSeconds(60));
  }

  /** A worker of the app proxy. */
  public static Address<ProxyCommand, ProxyCommand.Outcome> proxyWorker(UUID worker) {
    return new Address<>("proxy.worker." + worker, Duration.ofSeconds(5));
  }
}
