package org.polykern.gateway.stream;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.nio.charset.StandardCharsets;

/** How streams end; the numbers are the WebSocket protocol's. */
enum CloseCode {
  /** The session, the terminal or the client itself has ended it. */
  NORMAL(1000),
  /** The service ended its stream. */
  GOING_AWAY(1001),
  /** A kind of message that has no meaning here. */
  UNSUPPORTED(1003),
  /** A message without meaning. */
  INVALID(1007),
  TOO_BIG(1009),
  /** Something broke. */
  INTERNAL(1011),
  /** The gateway stops; connect anew. */
  RESTART(1012),
  /** The agent does not answer, or nobody listens; try again later. */
  TRY_AGAIN(1013);

  private static final int MAX_REASON = 123;

  private final short number;

  CloseCode(int number) {
    this.number = (short) number;
  }

  /** Closes; a reason that is too long for the protocol is cut. */
  void close(ServerWebSocket socket, String reason) {
    if (!socket.isClosed()) {
      socket.close(number, cut(reason));
    }
  }

  static String cut(String reason) {
    var bytes = Buffer.buffer(reason);
    var length = bytes.length();
    if (length <= MAX_REASON) {
      return reason;
    }
    length = MAX_REASON;
    while ((bytes.getByte(length) & 0xc0) == 0x80) { // not in the midst of a character
      length--;
    }
    return bytes.getString(0, length, StandardCharsets.UTF_8.name());
  }
}
