package org.polykern.agent.kernel;

import org.polykern.common.kernel.KernelObserved;

/** Takes states to be reported; never blocks. Each is repeated until it is acknowledged. */
public interface ReportSink {
  /** A kernel's state changed; only its newest state is sent. */
  void changed(Kernel kernel);

  /** About a kernel that this agent does not have. */
  void unknown(KernelObserved observed);
}
