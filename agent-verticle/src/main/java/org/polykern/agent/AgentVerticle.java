package org.polykern.agent;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.polykern.common.task.Tasks;

/**
 * Runs kernels on this machine. Stopping it leaves the kernels running, to be adopted by the next
 * start with the same data directory; {@link #stopAll} ends them.
 */
public final class AgentVerticle extends VerticleBase {
  private final AgentConfig config;
  private volatile @Nullable Agent agent;

  public AgentVerticle(AgentConfig config) {
    this.config = config;
  }

  /** Completes when kernels of before are adopted and commands are taken. */
  @Override
  public Future<?> start() {
    return Tasks.aside("agent-start", () -> agent = Agent.start(config, vertx));
  }

  @Override
  public Future<?> stop() {
    var running = agent;
    return running == null ? Future.succeededFuture() : Tasks.aside("agent-stop", running::stop);
  }

  /** One line for people: which backend was chosen and why. Empty before the start. */
  public String backendSummary() {
    var running = agent;
    return running == null ? "" : running.backendSummary();
  }

  /** What the backend could not isolate, in plain sentences; empty when nothing is missing. */
  public List<String> missingIsolation() {
    var running = agent;
    return running == null ? List.of() : running.missingIsolation();
  }

  /** Stops and removes every kernel of this agent; for an orderly end of the whole instance. */
  public Future<Void> stopAll() {
    var running = agent;
    return running == null ? Future.succeededFuture() : Tasks.aside("agent-down", running::stopAll);
  }

  /**
   * The same for an agent that does not run any more (its process was killed): nothing of its
   * kernels is left afterwards, and their files are removed. Blocks.
   */
  public static void removeLeftovers(AgentConfig config) {
    Agent.removeLeftovers(config);
  }
}
