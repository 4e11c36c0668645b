package org.polykern.runner.terminal;

import java.io.IOException;
import java.nio.channels.Channel;

/** Ends of connections. */
final class Streams {
  private Streams() {}

  /** Closes what nobody reads or writes any more. */
  static void close(Channel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // Its descriptor is gone either way.
    }
  }
}
