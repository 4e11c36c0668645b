package org.polykern.gateway.proxy.worker;

import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.polykern.common.bus.ProxyCommand.Outcome;
import org.polykern.common.task.Tasks;
import org.polykern.gateway.auth.ClientAddress;
import org.polykern.gateway.proxy.AppProxyConfig;
import org.polykern.gateway.proxy.Circuit;
import org.polykern.gateway.proxy.CircuitRepository;
import org.polykern.gateway.proxy.Protocol;
import org.polykern.gateway.proxy.worker.HttpEntrance.Door;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this worker serves. Everything but {@link #named} blocks and runs on tasks; one change at a
 * time, by {@code lock}.
 */
final class ServedCircuits {
  private static final Logger log = LoggerFactory.getLogger(ServedCircuits.class);

  /** Everything that one circuit has open. */
  private record Place(
      Served served,
      Path socket,
      @Nullable Integer port,
      @Nullable Listener inner,
      @Nullable Listener tcp,
      @Nullable HttpServer http) {
    void close() {
      if (tcp != null) {
        tcp.close();
      }
      served.close();
      if (inner != null) {
        inner.close();
      }
      if (http != null) {
        http.close().await();
      }
    }
  }

  private final AppProxyConfig config;
  private final CircuitRepository circuits;
  private final Backends backends;
  private final HttpEntrance entrance;
  private final Tasks tasks;
  private final InstantSource clock;
  private final Path sockets;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<UUID, Place> places = new ConcurrentHashMap<>();
  private final Map<String, Door> byName = new ConcurrentHashMap<>();
  // Guarded by lock: where the search for a port goes on, so that an old address rests a while.
  private int nextPort;
  private boolean closed;

  ServedCircuits(
      AppProxyConfig config,
      CircuitRepository circuits,
      Backends backends,
      HttpEntrance entrance,
      Tasks tasks,
      InstantSource clock,
      Path sockets) {
    this.config = config;
    this.circuits = circuits;
    this.backends = backends;
    this.entrance = entrance;
    this.tasks = tasks;
    this.clock = clock;
    this.sockets = sockets;
  }

  /** The circuit whose name the request asks for; for the wildcard's server. */
  @Nullable Door named(HttpServerRequest request) {
    var authority = request.authority();
    if (authority == null) {
      return null;
    }
    var host = authority.host().toLowerCase(Locale.ROOT);
    var end = host.length() - config.wildcardDomain().length() - 1;
    return end > 0 && host.endsWith("." + config.wildcardDomain())
        ? byName.get(host.substring(0, end))
        : null;
  }

  /** Serves the circuit, or takes over what changed about it. Repeating it is harmless. */
  Outcome serve(UUID id, UUID worker) {
    lock.lock();
    try {
      var circuit = circuits.find(id);
      return circuit == null || !circuit.worker().equals(worker)
          ? new Outcome.NoFreePort()
          : serveLocked(circuit);
    } finally {
      lock.unlock();
    }
  }

  private Outcome serveLocked(Circuit circuit) {
    var place = places.get(circuit.id());
    if (place != null) {
      place.served.update(circuit);
      return new Outcome.Serving(place.port);
    }
    if (closed) {
      return new Outcome.NoFreePort();
    }
    try {
      var opened = open(circuit);
      if (opened == null) {
        return new Outcome.NoFreePort();
      }
      places.put(circuit.id(), opened);
      var port = opened.port;
      var now = port == null ? circuit : circuits.setPort(circuit.id(), circuit.worker(), port);
      if (now == null) {
        dropLocked(circuit.id());
        return new Outcome.NoFreePort();
      }
      opened.served.update(now);
      return new Outcome.Serving(port);
    } catch (IOException e) {
      log.error("Circuit {} cannot be served", circuit.id(), e);
      return new Outcome.NoFreePort();
    }
  }

  void drop(List<UUID> ids) {
    lock.lock();
    try {
      ids.forEach(this::dropLocked);
    } finally {
      lock.unlock();
    }
  }

  /** Serves exactly the worker's rows, which are read under the lock: none is older than a port. */
  void reconcile(UUID worker) {
    lock.lock();
    try {
      var known = new HashSet<UUID>();
      for (var circuit : circuits.ofWorker(worker)) {
        known.add(circuit.id());
        if (serveLocked(circuit) instanceof Outcome.NoFreePort && !closed) {
          log.warn("Circuit {} finds no port to listen on; it is given up", circuit.id());
          circuits.delete(List.of(circuit.id()));
        }
      }
      places.keySet().stream().filter(id -> !known.contains(id)).toList().forEach(this::dropLocked);
    } finally {
      lock.unlock();
    }
  }

  /** Writes what was used since the last time. */
  void writeUse() {
    for (var place : places.values()) {
      var served = place.served;
      var requests = served.takeRequests();
      var last = served.lastAccess();
      if (requests > 0 || last.isAfter(served.circuit().lastAccess())) {
        circuits.used(served.circuit().id(), requests, last);
      }
    }
  }

  int count() {
    return places.size();
  }

  /** Stops serving; the rows stay. */
  void close() {
    lock.lock();
    try {
      closed = true;
      List.copyOf(places.keySet()).forEach(this::dropLocked);
    } finally {
      lock.unlock();
    }
  }

  private void dropLocked(UUID id) {
    var place = places.remove(id);
    if (place != null) {
      var name = place.served.circuit().subdomain();
      if (name != null) {
        byName.remove(name);
      }
      place.close();
    }
  }

  private @Nullable Place open(Circuit circuit) throws IOException {
    var served = new Served(circuit, backends, tasks, clock);
    var socket = sockets.resolve(circuit.id().toString().substring(0, 18));
    if (circuit.protocol() == Protocol.TCP) {
      return openTcp(served, socket);
    }
    var inner = Listener.unix(socket, tasks, served::connect);
    var name = circuit.subdomain();
    if (name != null) {
      byName.put(name, new Door(served, socket));
      return new Place(served, socket, null, inner, null, null);
    }
    var ports = new PortChoice(config.ports(), circuit, nextPort);
    for (var port = ports.next(); port != null; port = ports.next()) {
      try {
        var server = entrance.listen(port, new Door(served, socket)).await();
        nextPort = port + 1;
        return new Place(served, socket, server.actualPort(), inner, null, server);
      } catch (Throwable e) { // await() rethrows checked causes too
        if (!(e instanceof BindException)) {
          inner.close();
          throw e;
        }
      }
    }
    inner.close();
    return null;
  }

  private @Nullable Place openTcp(Served served, Path socket) throws IOException {
    var ports = new PortChoice(config.ports(), served.circuit(), nextPort);
    for (var port = ports.next(); port != null; port = ports.next()) {
      try {
        var address = new InetSocketAddress(config.host(), port);
        var listener = Listener.tcp(address, tasks, client -> admit(served, client));
        nextPort = port + 1;
        return new Place(served, socket, listener.port(), null, listener, null);
      } catch (BindException taken) {
        log.trace("Port {} is taken", port);
      }
    }
    return null;
  }

  private void admit(Served served, SocketChannel client) {
    var address = ClientAddress.literal(client.socket().getInetAddress().getHostAddress());
    if (!Peers.allows(served.circuit(), address)) {
      Splice.close(client);
      return;
    }
    try {
      client.setOption(StandardSocketOptions.TCP_NODELAY, true);
      client.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    } catch (IOException gone) {
      Splice.close(client);
      return;
    }
    served.connectUser(client);
  }
}
