package org.polykern.runner.service;

import java.time.Duration;
import java.util.List;
import org.polykern.runner.spawn.Spawner;

/**
 * How to start a service, once.
 *
 * @param request who asked, and for which ports
 * @param patience how long the port may take to open
 * @param noop whether something else starts the process
 * @param prestart what to do before
 * @param program makes the program when that is done
 */
record Launch(
    ServiceRequest request,
    Duration patience,
    boolean noop,
    List<PrestartAction> prestart,
    Maker program) {

  /** What of a program depends on what prestart actions found out. */
  interface Maker {
    Spawner.Program make(Template template) throws ServiceException;
  }
}
