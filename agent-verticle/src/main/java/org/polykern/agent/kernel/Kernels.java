package org.polykern.agent.kernel;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.polykern.common.id.KernelId;
import org.polykern.common.problem.ProblemException;

/** Every kernel of this agent, gone ones included until their end is acknowledged. */
public final class Kernels {
  private final KernelStore store;

  /** Keeps the map and the directories in step. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Map<KernelId, Kernel> kernels = new ConcurrentHashMap<>();

  public Kernels(KernelStore store) {
    this.store = store;
  }

  public Optional<Kernel> find(KernelId id) {
    return Optional.ofNullable(kernels.get(id));
  }

  /**
   * @throws ProblemException OBJECT_NOT_FOUND
   */
  public Kernel get(KernelId id) {
    return find(id).orElseThrow(() -> KernelProblems.unknown(id).toException());
  }

  public List<Kernel> all() {
    return List.copyOf(kernels.values());
  }

  public Set<KernelId> ids() {
    return Set.copyOf(kernels.keySet());
  }

  /** Takes it durably. */
  Kernel add(KernelRecord record) {
    lock.lock();
    try {
      store.save(record);
      var kernel = new Kernel(record, store);
      kernels.put(kernel.id(), kernel);
      return kernel;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Its end was acknowledged, or another start of the same id takes its place: nothing of it is
   * kept. Harmless when another kernel object has taken the id meanwhile.
   */
  public void forget(Kernel kernel) {
    lock.lock();
    try {
      if (kernels.get(kernel.id()) == kernel) {
        store.remove(kernel.id());
        kernels.remove(kernel.id());
      }
    } finally {
      lock.unlock();
    }
  }
}
