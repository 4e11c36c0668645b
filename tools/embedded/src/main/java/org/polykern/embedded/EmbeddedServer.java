package org.polykern.embedded;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running server over a data directory, listening on 127.0.0.1 alone. Safe for use by many
 * threads.
 *
 * <p>It is started, or adopted when it still lives from an earlier JVM. It outlives this JVM unless
 * it is stopped.
 */
abstract sealed class EmbeddedServer implements AutoCloseable
    permits EmbeddedPostgres, EmbeddedRedis {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedServer.class);
  private static final int PORT_ATTEMPTS = 3;

  private final String name;
  private final Path data;
  private final ProcessTable.Identity process;
  private final int port;
  private final boolean adopted;
  private final Duration limit;

  EmbeddedServer(
      String name,
      Path data,
      ProcessTable.Identity process,
      int port,
      boolean adopted,
      Duration limit) {
    this.name = name;
    this.data = data;
    this.process = process;
    this.port = port;
    this.adopted = adopted;
    this.limit = limit;
  }

  /** The living one where its port is right, else a new one. The directory must be locked. */
  static <S extends EmbeddedServer> S adoptOrStart(
      Optional<S> living, EmbeddedSettings settings, Supplier<S> start) {
    if (living.isPresent()) {
      S found = living.get();
      if (settings.port() == 0 || settings.port() == found.port()) {
        LOG.info("Still runs and is adopted: {}", found);
        return found;
      }
      found.end();
    }
    long begin = System.nanoTime();
    S started = start.get();
    LOG.info("Started in {} ms: {}", (System.nanoTime() - begin) / 1_000_000, started);
    return started;
  }

  /**
   * Launches at a port. A free one may be taken by somebody else before the server binds it: then
   * at another one.
   *
   * @param launch gets the port and the marked log; fails when the server does not become ready
   */
  static <S> S atAPort(
      String name, EmbeddedSettings settings, Path log, BiFunction<Integer, ServerLog, S> launch) {
    for (int attempt = 1; ; attempt++) {
      int port = Ports.choose(settings.port(), name);
      ServerLog marked = ServerLog.mark(log);
      try {
        return launch.apply(port, marked);
      } catch (EmbeddedServerException e) {
        if (settings.port() != 0 || attempt == PORT_ATTEMPTS || !marked.portWasTaken()) {
          throw e;
        }
      }
    }
  }

  /** Waits until {@code ready} answers something; a server that is not in time is killed. */
  static <T> T awaitReady(
      String name, int port, Process process, ServerLog log, Duration limit, Ready<T> ready) {
    long end = System.nanoTime() + limit.toNanos();
    try {
      while (System.nanoTime() < end) {
        Optional<T> found = ready.look(process.pid());
        if (found.isPresent()) {
          return found.get();
        }
        if (process.waitFor(5, TimeUnit.MILLISECONDS)) {
          throw log.failure(name, port);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
    throw new EmbeddedServerException(
        "Expected %s to be ready within %d s, but it was not. The last lines of %s:%n%s"
            .formatted(name, limit.toSeconds(), log.file(), ServerLog.lastLines(log.text())));
  }

  /** What tells that a server is ready; empty before. */
  @FunctionalInterface
  interface Ready<T> {
    Optional<T> look(long pid);
  }

  /** 127.0.0.1. */
  public String host() {
    return Ports.HOST;
  }

  /** The TCP port. */
  public int port() {
    return port;
  }

  /** The server's process id. */
  public long pid() {
    return process.pid();
  }

  /** True when it was found running instead of being started. */
  public boolean adopted() {
    return adopted;
  }

  /** Whether the server's process runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Stops the server, by force when it has not ended within the limit. No process of it is left
   * afterwards. Stopping a stopped server does nothing.
   */
  public void stop() {
    try (DirectoryLock _ = DirectoryLock.take(data)) {
      end();
    }
  }

  @Override
  public void close() {
    stop();
  }

  @Override
  public String toString() {
    return name + "[pid " + pid() + ", " + host() + ":" + port + ", " + data + "]";
  }

  /** Ends it; the directory is locked. */
  abstract void end();

  Path data() {
    return data;
  }

  ProcessTable.Identity process() {
    return process;
  }

  Duration limit() {
    return limit;
  }
}
