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
  FINISHED("finished"),
  COMPLETION("completion"),
  STATUS("status");

  private final String wire;

  MessageType(String wire) {
    this.wire = wire;
  }

  byte[] wire() {
    return wire.getBytes(StandardCharsets.US_ASCII);
  }
}
