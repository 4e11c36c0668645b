package org.polykern.agent.backend;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.polykern.common.kernel.KernelSpec;

/**
 * What to start.
 *
 * @param command argument vector of the runner, with the paths of the backend's {@link RunnerPlace}
 * @param environ for the container; the runner gives user processes theirs from environ.json
 * @param cores core numbers the kernel may use
 * @param cpu how many cores' worth it may use, may be below the number of cores
 * @param memoryBytes limit, without swap
 */
public record Launch(
    KernelSpec spec,
    int generation,
    KernelDirs dirs,
    ImageRuntime image,
    List<String> command,
    Map<String, String> environ,
    List<Integer> cores,
    BigDecimal cpu,
    long memoryBytes) {
  public Launch {
    command = List.copyOf(command);
    environ = Map.copyOf(environ);
    cores = List.copyOf(cores);
  }
}
