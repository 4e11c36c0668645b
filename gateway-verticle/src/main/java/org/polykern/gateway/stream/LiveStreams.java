package org.polykern.gateway.stream;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.polykern.common.bus.SessionEvent;
import org.polykern.common.id.SessionId;

/** Every open stream of this gateway, to be told of what ends it from outside. */
public final class LiveStreams {

  /** One of them; both may be called by any thread and more than once. */
  interface LiveStream {
    void sessionEnded();

    void gatewayStops();
  }

  // Sets are changed inside of compute only, so that an empty set is never left behind.
  private final ConcurrentHashMap<SessionId, Set<LiveStream>> streams = new ConcurrentHashMap<>();

  private volatile boolean closed;

  void add(SessionId session, LiveStream stream) {
    streams.compute(
        session,
        (id, set) -> {
          var present = set == null ? ConcurrentHashMap.<LiveStream>newKeySet() : set;
          present.add(stream);
          return present;
        });
    if (closed) {
      stream.gatewayStops();
    }
  }

  void remove(SessionId session, LiveStream stream) {
    streams.computeIfPresent(
        session,
        (id, set) -> {
          set.remove(stream);
          return set.isEmpty() ? null : set;
        });
  }

  /** A session that has ended takes its streams along, even where their agent is out of reach. */
  public void hear(SessionEvent event) {
    var present = streams.get(event.sessionId());
    if (present != null && event.name().equals("session_terminated")) {
      present.forEach(LiveStream::sessionEnded);
    }
  }

  /** The gateway stops: clients are asked to come back. */
  public void close() {
    closed = true;
    streams.values().forEach(set -> set.forEach(LiveStream::gatewayStops));
  }
}
