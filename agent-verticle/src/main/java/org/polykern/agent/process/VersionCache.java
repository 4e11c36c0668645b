package org.polykern.agent.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Properties;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Versions that programs told, by what changes with the program, kept in a file: asking all of them
 * takes seconds. A lost or broken file costs that time once more. Thread-safe.
 */
final class VersionCache {
  private static final Logger log = LoggerFactory.getLogger(VersionCache.class);

  private final Path file;
  private final ReentrantLock lock = new ReentrantLock();
  private final Properties known = new Properties(); // guarded by lock

  VersionCache(Path file) {
    this.file = file;
    try (var reader = Files.newBufferedReader(file)) {
      known.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      log.debug("No versions are known yet: {}", e.getMessage());
    }
  }

  /** Null when it was never asked in this state; empty when it told none. */
  @Nullable String get(String key) {
    lock.lock();
    try {
      return known.getProperty(HostProgram.digest(key));
    } finally {
      lock.unlock();
    }
  }

  void put(String key, String version) {
    lock.lock();
    try {
      known.setProperty(HostProgram.digest(key), version);
      var text = new StringBuilder();
      known.stringPropertyNames().stream()
          .sorted()
          .forEach(name ->
              text.append(name.replace(":", "\\:"))
                  .append('=')
                  .append(known.getProperty(name))
                  .append('\n'));
      var fresh = file.resolveSibling(file.getFileName() + ".new");
      Files.writeString(fresh, text, StandardCharsets.UTF_8);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      log.debug("The versions of programs are not kept: {}", e.getMessage());
    } finally {
      lock.unlock();
    }
  }
}
