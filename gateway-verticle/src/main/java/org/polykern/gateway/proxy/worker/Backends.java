package org.polykern.gateway.proxy.worker;

import java.nio.channels.SocketChannel;
import org.polykern.gateway.proxy.Circuit;

/** Connections to the services behind circuits. */
@FunctionalInterface
public interface Backends {
  /** No connection came about; the message is a sentence for people. */
  final class BackendException extends Exception {
    private static final long serialVersionUID = 1L;
    private final boolean timeout;

    /** {@code timeout}: nobody said no, but nobody answered either. */
    public BackendException(boolean timeout, String message) {
      super(message, null, false, false);
      this.timeout = timeout;
    }

    boolean isTimeout() {
      return timeout;
    }

    String sentence() {
      return String.valueOf(getMessage());
    }
  }

  /** A new connection, in blocking mode; blocks. */
  SocketChannel open(Circuit circuit) throws BackendException, InterruptedException;
}
