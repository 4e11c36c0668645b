package org.polykern.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;

/**
 * One agent per data directory: two would take a runner's messages from each other. The system lets
 * go of it when the process ends, however it ends.
 */
final class DataLock implements AutoCloseable {
  private final FileChannel channel;

  private DataLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * @throws org.polykern.common.problem.ProblemException UNAVAILABLE when another agent has it
   */
  static DataLock take(Path data) {
    try {
      var channel =
          FileChannel.open(
              data.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        if (channel.tryLock() != null) {
          return new DataLock(channel);
        }
      } catch (OverlappingFileLockException inThisProcess) {
        channel.close();
        throw taken(data);
      }
      channel.close();
      throw taken(data);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot lock the data directory " + data, e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot unlock the data directory", e);
    }
  }

  private static org.polykern.common.problem.ProblemException taken(Path data) {
    return Problem.of(
            ProblemCode.UNAVAILABLE,
            "Expected "
                + data
                + " to belong to this agent alone, but another agent uses it; stop that one, or"
                + " give this one a data-dir of its own.")
        .toException();
  }
}
