package org.polykern.agent;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;

/** Runs kernels on this machine. */
public final class AgentVerticle extends VerticleBase {
  @SuppressWarnings("unused") // the parts that read it arrive with the next step
  private final AgentConfig config;

  public AgentVerticle(AgentConfig config) {
    this.config = config;
  }

  /** One line for people: which backend was chosen and why. Empty before the start. */
  public String backendSummary() {
    return "";
  }

  /** What the backend could not isolate, in plain sentences; empty when nothing is missing. */
  public List<String> missingIsolation() {
    return List.of();
  }

  /** Stops and removes every kernel of this agent; for an orderly end of the whole instance. */
  public Future<Void> stopAll() {
    return Future.succeededFuture();
  }

  /**
   * The same for an agent that does not run any more (its process was killed): nothing of its
   * kernels is left afterwards. Blocks.
   */
  public static void removeLeftovers(AgentConfig config) {}
}
