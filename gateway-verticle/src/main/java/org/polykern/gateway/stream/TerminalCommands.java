package org.polykern.gateway.stream;

import io.vertx.core.buffer.Buffer;

/** What a client may want of a terminal, in whatever words. */
interface TerminalCommands {
  void type(Buffer typed);

  void resize(TerminalSize size);

  /**
   * @param payload at most 64 bytes
   */
  void ping(Buffer payload);

  /** The whole session begins anew, the terminal in it too. */
  void restart();

  /** So many bytes of output were dealt with; whoever says so once will go on doing so. */
  void taken(long bytes);

  /** The client speaks in a way that cannot be answered. */
  void refuse(CloseCode code, String reason);
}
