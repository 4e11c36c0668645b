package org.polykern.agent;

import java.util.ArrayDeque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What must be closed, last opened first. */
final class Opened {
  private static final Logger log = LoggerFactory.getLogger(Opened.class);

  private final ArrayDeque<AutoCloseable> parts = new ArrayDeque<>();

  <T extends AutoCloseable> T add(T part) {
    parts.push(part);
    return part;
  }

  /** A part that fails does not keep the others open. */
  void closeAll() {
    while (!parts.isEmpty()) {
      var part = parts.pop();
      try {
        part.close();
      } catch (Exception e) {
        log.error("Closing {} failed", part.getClass().getSimpleName(), e);
      }
    }
  }
}
