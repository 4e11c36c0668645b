package org.polykern.agent.device;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.polykern.common.resource.DataSize;

/**
 * What the machine has for kernels.
 *
 * @param coreAmounts core number to how many {@code cpu} it stands for: 1, or more when the
 *     configuration offers more cores than there are
 */
public record HostCapacity(Map<Integer, BigDecimal> coreAmounts, long memoryBytes) {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final long RESERVED = 1L << 30;
  private static final String AFFINITY = "Cpus_allowed_list:";

  public HostCapacity {
    coreAmounts = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(coreAmounts));
  }

  /**
   * @param cpus cores to offer, 0 = all that this process may use
   * @param mem memory to offer, 0 = what the machine (or our own cgroup) has, less 1 GiB or a
   *     quarter for the rest of the system
   */
  public static HostCapacity detect(int cpus, String mem) {
    var cores = usableCores();
    var offered = cpus == 0 ? cores.size() : cpus;
    var amounts = new LinkedHashMap<Integer, BigDecimal>();
    for (var i = 0; i < offered; i++) {
      amounts.merge(cores.get(i % cores.size()), BigDecimal.ONE, BigDecimal::add);
    }
    var memory = DataSize.parse(mem).longValueExact();
    return new HostCapacity(amounts, memory == 0 ? detectMemory() : memory);
  }

  /** Parses {@code 0-3,8,10-11}. */
  static List<Integer> parseList(String text) {
    var cores = new ArrayList<Integer>();
    for (var range : text.strip().split(",", -1)) {
      var ends = range.strip().split("-", 2);
      var from = Integer.parseInt(ends[0]);
      var to = ends.length == 1 ? from : Integer.parseInt(ends[1]);
      if (to < from) {
        throw new IllegalArgumentException("Expected an ascending range, but got '" + range + "'");
      }
      IntStream.rangeClosed(from, to).forEach(cores::add);
    }
    return cores;
  }

  private static List<Integer> usableCores() {
    var count = Runtime.getRuntime().availableProcessors();
    try (var lines = Files.lines(STATUS)) {
      var list = lines.filter(line -> line.startsWith(AFFINITY)).findFirst();
      if (list.isPresent()) {
        var cores = parseList(list.get().substring(AFFINITY.length()));
        return cores.subList(0, Math.min(count, cores.size()));
      }
    } catch (IOException | IllegalArgumentException e) {
      org.slf4j.LoggerFactory.getLogger(HostCapacity.class)
          .warn("Cannot read {}; offering cores 0 to {}", STATUS, count - 1, e);
    }
    return IntStream.range(0, count).boxed().toList();
  }

  private static long detectMemory() {
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    var total = system.getTotalMemorySize();
    return total - Math.min(RESERVED, total / 4);
  }
}
