package org.polykern.accel.mock;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.polykern.accel.Health;

/** Does what the file's faults say. Counts calls since the accelerator was opened. */
final class Faults {
  private final Map<Fault.Call, Integer> calls = new EnumMap<>(Fault.Call.class);

  /** At the beginning of each call. */
  void strike(List<Fault> faults, Fault.Call call) {
    var count = calls.merge(call, 1, Integer::sum);
    for (var fault : faults) {
      if (fault.call() != call || count % fault.every() != 0) {
        continue;
      }
      if (fault.kind() == Fault.Kind.HANG) {
        hang(Duration.ofSeconds(fault.seconds()));
      } else if (fault.kind() == Fault.Kind.ERROR) {
        throw new IllegalStateException(
            "The emulated driver failed in call " + count + " of " + call + ", as its file says");
      }
    }
  }

  static boolean isNonsense(List<Fault> faults) {
    return faults.stream().anyMatch(fault -> fault.kind() == Fault.Kind.NONSENSE);
  }

  static boolean isListed(List<Fault> faults, MockDevice device) {
    return faults.stream()
        .noneMatch(f -> f.kind() == Fault.Kind.VANISHED && device.isCalled(f.device()));
  }

  static Health health(List<Fault> faults, MockDevice device) {
    return faults.stream()
        .filter(fault -> fault.kind().ofDevice() && device.isCalled(fault.device()))
        .map(fault -> health(fault.kind()))
        .reduce(Health.OK, Health::and);
  }

  private static Health health(Fault.Kind kind) {
    return switch (kind) {
      case LOST -> Health.sick("The device fell off the bus; reset it or restart the machine.");
      case ECC -> Health.sick("The device has memory errors that cannot be corrected; reset it.");
      case DEGRADED -> Health.degraded("The device corrected memory errors; watch it.");
      case VANISHED, ERROR, HANG, NONSENSE -> Health.OK;
    };
  }

  /** A thread that is stuck in a driver does not notice interrupts either. */
  private static void hang(Duration time) {
    var end = System.nanoTime() + time.toNanos();
    var interrupted = false;
    for (var left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
