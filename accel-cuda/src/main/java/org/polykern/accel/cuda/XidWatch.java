package org.polykern.accel.cuda;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;
import org.polykern.accel.Health;

/**
 * Errors that the driver reports as events (Xid numbers), by GPU. Errors that a user's program can
 * cause by itself are left out; the others stay until the plug-in is opened again.
 */
final class XidWatch {
  private static final int EVENT = 32;
  private static final int MOST_EVENTS = 1000;
  private static final long CRITICAL = 8;

  /** A program's own faults: bad memory accesses, a program that was killed. */
  private static final Set<Long> PROGRAMS = Set.of(13L, 31L, 43L, 45L, 68L, 109L);

  /** Memory errors that were contained or repaired. */
  private static final Set<Long> CONTAINED = Set.of(63L, 92L, 94L);

  private final NvmlLibrary library;
  private final @Nullable Pointer set;
  private final Map<Long, Health> found = new HashMap<>();

  private XidWatch(NvmlLibrary library, @Nullable Pointer set) {
    this.library = library;
    this.set = set;
  }

  /** Watches the GPUs; those that do not support it are never reported. */
  static XidWatch over(NvmlLibrary library, List<Gpu> gpus) {
    try {
      var set = library.handle("nvmlEventSetCreate", library.calls()::nvmlEventSetCreate);
      for (var gpu : gpus) {
        NvmlLibrary.answer(
            () -> library.calls().nvmlDeviceRegisterEvents(gpu.handle(), CRITICAL, set));
      }
      return new XidWatch(library, set);
    } catch (NvmlException e) {
      return new XidWatch(library, null);
    }
  }

  /** What was reported of that GPU up to now. */
  Health health(Gpu gpu) {
    return found.getOrDefault(gpu.handle().address(), Health.OK);
  }

  /** Takes what is waiting; never waits itself. */
  void poll() {
    var events = set;
    for (var i = 0; events != null && i < MOST_EVENTS; i++) {
      var memory = library.scratch(EVENT);
      var code = NvmlLibrary.answer(() -> library.calls().nvmlEventSetWait_v2(events, memory, 0));
      if (code != NvmlCode.SUCCESS) {
        return;
      }
      if ((memory.getLong(8) & CRITICAL) != 0) {
        found.merge(memory.getAddress(0), health(memory.getLong(16)), Health::and);
      }
    }
  }

  static Health health(long xid) {
    if (PROGRAMS.contains(xid)) {
      return Health.OK;
    }
    return CONTAINED.contains(xid)
        ? Health.degraded("The driver reported Xid " + xid + "; watch the GPU and reset it soon.")
        : Health.sick("The driver reported Xid " + xid + "; reset the GPU and restart the agent.");
  }

  void close() {
    var events = set;
    if (events != null) {
      NvmlLibrary.answer(() -> library.calls().nvmlEventSetFree(events));
    }
  }
}
