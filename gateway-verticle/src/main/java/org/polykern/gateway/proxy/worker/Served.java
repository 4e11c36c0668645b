package org.polykern.gateway.proxy.worker;

import java.nio.channels.Channel;
import java.nio.channels.SocketChannel;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.polykern.common.task.Tasks;
import org.polykern.gateway.proxy.Circuit;
import org.polykern.gateway.proxy.worker.Backends.BackendException;

/** A circuit in service: its connections and its statistics. Safe for any thread. */
final class Served {
  /** Why the newest connection to the app failed, and when ({@code System.nanoTime}). */
  record Failure(BackendException why, long at) {}

  private final Backends backends;
  private final Tasks tasks;
  private final InstantSource clock;
  private final Set<Channel> connections = ConcurrentHashMap.newKeySet();
  private final AtomicInteger streams = new AtomicInteger();
  private final LongAdder requests = new LongAdder();
  private volatile Circuit circuit;
  private volatile Instant lastAccess;
  private volatile @Nullable Failure failure;
  private volatile boolean closed;

  Served(Circuit circuit, Backends backends, Tasks tasks, InstantSource clock) {
    this.circuit = circuit;
    this.backends = backends;
    this.tasks = tasks;
    this.clock = clock;
    this.lastAccess = circuit.lastAccess();
  }

  Circuit circuit() {
    return circuit;
  }

  void update(Circuit newer) {
    circuit = newer;
  }

  /** Copies between a client's connection and a new one to the app; never blocks. */
  void connect(SocketChannel client) {
    tasks.start("circuit-" + circuit.id(), () -> carry(client));
  }

  /** The same, and it counts as use: the client is the user's. */
  void connectUser(SocketChannel client) {
    begin();
    tasks.start(
        "circuit-" + circuit.id(),
        () -> {
          try {
            carry(client);
          } finally {
            end();
          }
        });
  }

  private void carry(SocketChannel client) throws InterruptedException {
    connections.add(client);
    try {
      if (closed) {
        return;
      }
      var backend = backends.open(circuit);
      connections.add(backend);
      try {
        if (!closed) {
          Splice.join(client, backend);
        }
      } finally {
        Splice.close(backend);
        connections.remove(backend);
      }
    } catch (BackendException e) {
      failure = new Failure(e, System.nanoTime());
    } finally {
      Splice.close(client);
      connections.remove(client);
    }
  }

  /** Null when no connection to the app has failed since. */
  @Nullable BackendException failureSince(long nanos) {
    var newest = failure;
    return newest != null && newest.at - nanos >= 0 ? newest.why : null;
  }

  /** A request, a WebSocket or a connection begins. */
  void begin() {
    requests.increment();
    streams.incrementAndGet();
    lastAccess = clock.instant();
  }

  void end() {
    streams.decrementAndGet();
    lastAccess = clock.instant();
  }

  /** Requests since the last call. */
  long takeRequests() {
    return requests.sumThenReset();
  }

  /** Now, while anything is open. */
  Instant lastAccess() {
    return streams.get() > 0 ? clock.instant() : lastAccess;
  }

  /** Closes every connection, also those that are being made. */
  void close() {
    closed = true;
    connections.forEach(Splice::close);
  }

  boolean isClosed() {
    return closed;
  }
}
