package org.polykern.agent;

import java.nio.file.Path;
import org.polykern.common.bus.RunCommand.Mode;
import org.polykern.common.id.RunId;

/**
 * An agent in a process of its own, which starts a kernel and a run and then waits to be killed.
 */
final class CrashingAgent {
  static final RunId RUN = new RunId("long");
  static final String CODE =
      """
      import time
      for i in range(50):
        print('line', i, flush=True)
        time.sleep(0.1)
      """;

  private CrashingAgent() {}

  /** Argument: the data directory. Prints the kernel's id when the run has begun. */
  public static void main(String[] arguments) throws InterruptedException {
    var agent = new AgentFixture(AgentFixture.process(Path.of(arguments[0])));
    var kernel = agent.start();
    agent.execute(kernel, RUN, Mode.QUERY, CODE, 0);
    System.out.println("KERNEL " + kernel);
    Thread.currentThread().join();
  }
}
