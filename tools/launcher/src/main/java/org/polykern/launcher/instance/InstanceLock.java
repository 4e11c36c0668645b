package org.polykern.launcher.instance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The sole right to run an instance over a data directory, held until closed or dead. */
public final class InstanceLock implements AutoCloseable {
  private final DataDirectory data;
  private final FileChannel channel;
  private final FileLock lock;

  private InstanceLock(DataDirectory data, FileChannel channel, FileLock lock) {
    this.data = data;
    this.channel = channel;
    this.lock = lock;
  }

  /** The lock, or nothing while another process (or another part of this one) holds it. */
  public static Optional<InstanceLock> take(DataDirectory data) {
    try {
      var channel =
          FileChannel.open(data.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      var lock = tryLock(channel);
      if (lock == null) {
        channel.close();
        return Optional.empty();
      }
      return Optional.of(new InstanceLock(data, channel, lock));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Expected to be able to write to " + data.root() + ", but: " + e.getMessage(), e);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException heldByThisProcess) {
      return null;
    }
  }

  /** Tells others how this instance is. */
  public void publish(InstanceRecord record) {
    record.write(data);
  }

  /** Whether {@link #close} was not called yet. */
  public boolean isHeld() {
    return lock.isValid();
  }

  /** Gives the directory back after an orderly stop, or after a start that left nothing behind. */
  @Override
  public void close() {
    if (!isHeld()) {
      return;
    }
    try {
      Files.deleteIfExists(data.instance());
      lock.release();
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
