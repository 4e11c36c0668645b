package org.polykern.runner.link;

import java.nio.charset.StandardCharsets;

/** What the runner sends; the first frame of each message. */
public enum MessageType {
  HELLO("hello"),
  STDOUT("stdout"),
  STDERR("stderr"),
  MEDIA("media"),
  HTML("html"),
  WAITING_INPUT("waiting-input"),
  CLEAN_FINISHED("clean-finished"),
  BUILD_FINISHED("build-finished"),
  FINISHED("finished"),
  COMPLETION("completion"),
  STATUS("status"),
  REFUSALS("refusals"),
  APPS_RESULT("apps-result"),
  SERVICE_RESULT("service-result"),
  SERVICE_LOG_RESULT("service-log-result"),
  MODEL_SERVICE_RESULT("model-service-result"),
  TERMINAL_RESULT("terminal-result");

  private final String wire;

  MessageType(String wire) {
    this.wire = wire;
  }

  byte[] wire() {
    return wire.getBytes(StandardCharsets.US_ASCII);
  }
}
