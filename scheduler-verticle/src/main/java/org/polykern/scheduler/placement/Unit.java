package org.polykern.scheduler.placement;

import java.util.List;
import org.polykern.common.resource.ResourceSlots;
import org.polykern.scheduler.queue.PendingKernel;
import org.polykern.scheduler.queue.PendingSession;

/** Kernels that must share one agent: all of a single-node session, or one of a multi-node one. */
record Unit(List<PendingKernel> kernels, ResourceSlots slots) {
  static List<Unit> of(PendingSession session) {
    if (session.oneAgent()) {
      return List.of(of(session.kernels()));
    }
    return session.kernels().stream().map(kernel -> of(List.of(kernel))).toList();
  }

  private static Unit of(List<PendingKernel> kernels) {
    var sum = kernels.stream().map(PendingKernel::slots).reduce(ResourceSlots::plus);
    return new Unit(kernels, sum.orElse(ResourceSlots.NONE));
  }
}
