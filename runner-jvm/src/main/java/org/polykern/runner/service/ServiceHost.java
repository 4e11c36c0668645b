package org.polykern.runner.service;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All services of the session. Confined to the loop thread; every answer comes exactly once. */
public final class ServiceHost {
  private static final String TERMINAL = "ttyd";

  private final ServiceSurroundings given;
  private final Launches launches;
  private final Map<String, ManagedService> services = new HashMap<>();
  private final Map<String, Object> refs = new HashMap<>();
  private boolean stopping;

  /** Of a session in which nothing was started yet. */
  public ServiceHost(ServiceSurroundings given) {
    this.given = given;
    this.launches = new Launches(given);
  }

  /**
   * Starts a service, unless it runs.
   *
   * @param body of the command
   */
  public void start(byte[] body, Consumer<StartAnswer> answer) {
    try {
      start(ServiceRequest.of(body), answer);
    } catch (ServiceException e) {
      answer.accept(StartAnswer.failed(e.sentence(), ""));
    }
  }

  /**
   * Ends a service's process; nothing happens to unknown ones.
   *
   * @param done called when it has ended
   */
  public void stop(String name, Runnable done) {
    ManagedService service = services.get(name);
    if (service == null) {
      done.run();
    } else {
      service.stop(done);
    }
  }

  /** Ends all of them, then calls {@code done}; none is started any more. */
  public void stopAll(Runnable done) {
    stopping = true;
    List<ManagedService> left = new ArrayList<>(services.values());
    if (left.isEmpty()) {
      done.run();
    }
    for (ManagedService service : List.copyOf(left)) {
      service.stop(() -> {
        left.remove(service);
        if (left.isEmpty()) {
          done.run();
        }
      });
    }
  }

  /** The end of what a service wrote, also after its end. */
  public String log(String name) {
    ManagedService service = services.get(name);
    return service == null ? "" : service.log();
  }

  /** Tells whether a service's process lives and its port answers. */
  public void running(String name, Consumer<Boolean> answer) {
    ManagedService service = services.get(name);
    if (service == null) {
      answer.accept(false);
    } else {
      service.running(answer);
    }
  }

  /**
   * What clients may know of the image's services.
   *
   * @param name of one; empty = all
   */
  public List<Map<String, Object>> apps(String name) {
    List<Map<String, Object>> apps = new ArrayList<>();
    for (ServiceDefinition definition : launches.definitions().all()) {
      if (name.isEmpty() || name.equals(definition.name())) {
        apps.add(definition.app());
      }
    }
    return apps;
  }

  private void start(ServiceRequest request, Consumer<StartAnswer> answer) throws ServiceException {
    if (stopping) {
      throw new ServiceException(
          "Expected a session to start the service " + request.name() + " in, but it is ending.");
    }
    String protocol = request.protocol();
    if (protocol.equals("pty")) {
      throw new ServiceException(
          "Expected a service with a port, but "
              + request.name()
              + " is a terminal: open it as one.");
    }
    // The user starts the first, the gateway is the second.
    if (protocol.equals("preopen") || request.name().equals(TERMINAL)) {
      answer.accept(StartAnswer.STARTED);
      return;
    }
    ManagedService known = services.get(request.name());
    switch (known == null ? ManagedService.Phase.IDLE : known.phase()) {
      case IDLE -> launch(request, known, answer);
      case STARTING -> join(known, answer);
      case RUNNING -> answer.accept(StartAnswer.RUNNING);
      case STOPPING -> stop(request.name(), () -> again(request, answer));
    }
  }

  private static void join(@Nullable ManagedService starting, Consumer<StartAnswer> answer) {
    if (starting != null) {
      starting.join(answer);
    }
  }

  private void again(ServiceRequest request, Consumer<StartAnswer> answer) {
    try {
      start(request, answer);
    } catch (ServiceException e) {
      answer.accept(StartAnswer.failed(e.sentence(), ""));
    }
  }

  private void launch(
      ServiceRequest request, @Nullable ManagedService known, Consumer<StartAnswer> answer)
      throws ServiceException {
    Launch launch = launches.of(request);
    ManagedService service =
        known == null ? new ManagedService(request.name(), given, launches, refs) : known;
    services.put(request.name(), service);
    service.start(launch, answer);
  }
}
