package org.polykern.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * At most one thread of one process works on a directory at a time. A file lock keeps other
 * processes out and dies with its holder; it does not keep threads of the same JVM apart, so a
 * mutex per directory comes first. Order: mutex, then file lock; never two directories at once.
 */
final class DirectoryLock implements AutoCloseable {
  private static final Map<Path, ReentrantLock> MUTEXES = new ConcurrentHashMap<>();

  private final ReentrantLock mutex;
  private final FileChannel channel;
  private final FileLock fileLock;

  private DirectoryLock(ReentrantLock mutex, FileChannel channel, FileLock fileLock) {
    this.mutex = mutex;
    this.channel = channel;
    this.fileLock = fileLock;
  }

  /** Waits for the lock file {@code .lock} in an existing directory. */
  static DirectoryLock take(Path directory) {
    ReentrantLock mutex = MUTEXES.computeIfAbsent(directory, key -> new ReentrantLock());
    mutex.lock();
    try {
      FileChannel channel =
          FileChannel.open(
              directory.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        return new DirectoryLock(mutex, channel, channel.lock());
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      mutex.unlock();
      throw DataFiles.failed("lock", directory, e);
    }
  }

  @Override
  public void close() {
    try (channel) {
      fileLock.release();
    } catch (IOException e) {
      throw new EmbeddedServerException("Expected to release a lock, but: " + e.getMessage(), e);
    } finally {
      mutex.unlock();
    }
  }
}
