package org.polykern.scheduler.report;

import java.time.Duration;
import org.polykern.common.bus.AgentReport;
import org.polykern.common.bus.AgentReport.Heartbeat;
import org.polykern.common.bus.AgentReport.ImagesReported;
import org.polykern.common.bus.AgentReport.KernelReported;
import org.polykern.common.bus.AgentReport.LogSaved;
import org.polykern.common.bus.AgentReport.Reply;
import org.polykern.common.db.Db;
import org.polykern.common.id.AgentId;
import org.polykern.common.kernel.KernelObserved;
import org.polykern.scheduler.report.KernelReports.Consequence;

/** Answers the agents' reports: the consumer of {@code Addresses.REPORTS}. */
public final class ReportApplier {
  private static final Reply OK = new Reply(false, false);

  private final AgentRepository agents;
  private final ImageRepository images;
  private final KernelLogs logs;
  private final KernelReports kernels;
  private final Followers followers;
  private final Duration driftGrace;

  /** Those who act after a report. */
  public interface Followers {
    /** Rows changed. */
    void changed();

    /** No row wants this kernel, which the agent holds. Must not block. */
    void stopOrphan(AgentId agent, KernelObserved kernel);
  }

  public ReportApplier(
      Db db,
      AgentRepository agents,
      KernelReports kernels,
      Followers followers,
      Duration driftGrace) {
    this.agents = agents;
    this.images = new ImageRepository(db);
    this.logs = new KernelLogs(db);
    this.kernels = kernels;
    this.followers = followers;
    this.driftGrace = driftGrace;
  }

  /** Blocks; any number of reports may be in work at once. */
  public Reply apply(AgentReport report) {
    return switch (report) {
      case Heartbeat beat -> heartbeat(beat);
      case KernelReported reported -> {
        kernel(reported.agentId(), reported.kernel());
        yield OK;
      }
      case ImagesReported reported -> {
        images.replace(reported.agentId(), reported.images());
        followers.changed();
        yield OK;
      }
      case LogSaved saved -> {
        logs.save(saved);
        yield OK;
      }
    };
  }

  private Reply heartbeat(Heartbeat beat) {
    var registration = agents.register(beat);
    if (registration.news()) {
      followers.changed();
    }
    if (!beat.leaving()) {
      compare(beat, registration.restarted());
    }
    return new Reply(registration.wasUnreachable(), registration.noImages() && !beat.leaving());
  }

  private void compare(Heartbeat beat, boolean restarted) {
    var drift = Drift.between(beat.kernels(), agents.believed(beat.agentId()), driftGrace);
    drift.news().forEach(kernel -> kernel(beat.agentId(), kernel));
    drift.unknown().forEach(kernel -> kernel(beat.agentId(), kernel));
    var reason = restarted ? "agent-termination" : "container-not-found";
    for (var lost : drift.vanished()) {
      follow(kernels.vanished(beat.agentId(), lost.id(), lost.generation(), reason));
    }
  }

  private void kernel(AgentId agent, KernelObserved kernel) {
    var consequence = kernels.apply(agent, kernel);
    if (consequence == Consequence.ORPHAN) {
      followers.stopOrphan(agent, kernel);
    }
    follow(consequence);
  }

  private void follow(Consequence consequence) {
    if (consequence == Consequence.CHANGED) {
      followers.changed();
    }
  }
}
