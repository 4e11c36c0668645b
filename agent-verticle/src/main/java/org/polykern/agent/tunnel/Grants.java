package org.polykern.agent.tunnel;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.polykern.common.id.KernelId;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;

/**
 * Tokens that were given and not used yet, and the tunnels that came of them. One lock over both,
 * so that no tunnel slips through while its kernel ends.
 */
final class Grants {
  /** Nobody honest has so many: a token is used at once. */
  static final int MAX_OUTSTANDING = 4096;

  /**
   * Connections that have not said their line yet. Programs of sessions without a network of their
   * own can connect too, and must not use up the agent's descriptors.
   */
  static final int MAX_SILENT = 1024;

  private static final int TOKEN_BYTES = 32;

  private final SecureRandom random;
  private final LongSupplier nanos;
  private final AtomicInteger silent = new AtomicInteger();
  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by lock, in the order of giving.
  private final Map<String, Grant> outstanding = new LinkedHashMap<>();
  private final Map<KernelId, Set<Tunnel>> open = new HashMap<>(); // guarded by lock

  private record Grant(KernelId kernel, Target target, long expiresNanos, boolean gone) {}

  /** Something that ends with its kernel. */
  @FunctionalInterface
  interface Tunnel {
    /** From any thread; at once, without waiting. */
    void end();
  }

  /** What a token was good for. */
  sealed interface Redeemed {
    record Granted(KernelId kernel, Target target) implements Redeemed {}

    record Unknown() implements Redeemed {}

    record Gone() implements Redeemed {}
  }

  Grants(SecureRandom random, LongSupplier nanos) {
    this.random = random;
    this.nanos = nanos;
  }

  /** False where there are too many; else {@link #spoke} must follow. */
  boolean mayBeSilent() {
    if (silent.incrementAndGet() > MAX_SILENT) {
      silent.decrementAndGet();
      return false;
    }
    return true;
  }

  /** It has said its line, or was closed. */
  void spoke() {
    silent.decrementAndGet();
  }

  /**
   * @throws org.polykern.common.problem.ProblemException UNAVAILABLE when too many are outstanding
   */
  String give(KernelId kernel, Target target, Duration life) {
    var bytes = new byte[TOKEN_BYTES];
    random.nextBytes(bytes);
    var token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    lock.lock();
    try {
      var now = nanos.getAsLong();
      outstanding.values().removeIf(grant -> grant.expiresNanos() - now <= 0);
      if (outstanding.size() >= MAX_OUTSTANDING) {
        throw Problem.of(
                ProblemCode.UNAVAILABLE,
                "Expected opened streams to be connected to, but "
                    + MAX_OUTSTANDING
                    + " of them are still waiting for it; try again in a minute.")
            .toException();
      }
      outstanding.put(token, new Grant(kernel, target, now + life.toNanos(), false));
      return token;
    } finally {
      lock.unlock();
    }
  }

  /** Uses a token up; the tunnel ends with the kernel from then on. */
  Redeemed redeem(String token, Tunnel tunnel) {
    lock.lock();
    try {
      var grant = outstanding.remove(token);
      if (grant == null || grant.expiresNanos() - nanos.getAsLong() <= 0) {
        return new Redeemed.Unknown();
      }
      if (grant.gone()) {
        return new Redeemed.Gone();
      }
      open.computeIfAbsent(grant.kernel(), k -> new HashSet<>()).add(tunnel);
      return new Redeemed.Granted(grant.kernel(), grant.target());
    } finally {
      lock.unlock();
    }
  }

  void closed(KernelId kernel, Tunnel tunnel) {
    lock.lock();
    try {
      var tunnels = open.get(kernel);
      if (tunnels != null && tunnels.remove(tunnel) && tunnels.isEmpty()) {
        open.remove(kernel);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Ends all tunnels of a kernel; its outstanding tokens are good for nothing any more. */
  void ended(KernelId kernel) {
    Set<Tunnel> tunnels;
    lock.lock();
    try {
      outstanding.replaceAll((token, grant) ->
          grant.kernel().equals(kernel)
              ? new Grant(kernel, grant.target(), grant.expiresNanos(), true)
              : grant);
      tunnels = open.remove(kernel);
    } finally {
      lock.unlock();
    }
    if (tunnels != null) {
      tunnels.forEach(Tunnel::end);
    }
  }

  int openTunnels() {
    lock.lock();
    try {
      return open.values().stream().mapToInt(Set::size).sum();
    } finally {
      lock.unlock();
    }
  }

  List<KernelId> kernels() {
    lock.lock();
    try {
      return List.copyOf(open.keySet());
    } finally {
      lock.unlock();
    }
  }
}
