package org.polykern.runner.spawn;

import java.nio.channels.Pipe;

/**
 * The runner's end of a child's descriptor 0.
 *
 * @param sink where to write; the holder closes it, which is the end of file for the child
 * @param descriptor that of {@code sink}
 * @param name what {@code /proc/PID/fd} shows in every process that has this pipe
 */
public record InputPipe(Pipe.SinkChannel sink, int descriptor, String name) {

  /** Whether something that was written is still to be read. */
  public boolean hasUnread() {
    return sink.isOpen() && CLibrary.unread(descriptor) > 0;
  }
}
