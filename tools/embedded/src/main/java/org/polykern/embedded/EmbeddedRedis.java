package org.polykern.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running Redis, listening on 127.0.0.1 alone, that keeps nothing on disk.
 *
 * <p>It is started, or adopted when it still lives from an earlier JVM. It outlives this JVM unless
 * it is stopped. Its directory holds {@code password}, {@code redis.conf} (both mode 600), {@code
 * redis.pid} and {@code server.log}. Safe for use by many threads.
 */
public final class EmbeddedRedis implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedRedis.class);
  private static final String PROGRAM = "redis-server";
  private static final String CONFIGURATION = "redis.conf";
  private static final Pattern PORT = Pattern.compile("(?m)^port (\\d+)$");
  private static final int PORT_ATTEMPTS = 3;
  private static final Duration AFTER_TERM = Duration.ofSeconds(5);

  private final Path data;
  private final ProcessTable.Identity process;
  private final RedisLink link;
  private final boolean adopted;
  private final Duration limit;

  private EmbeddedRedis(
      Path data, ProcessTable.Identity process, RedisLink link, boolean adopted, Duration limit) {
    this.data = data;
    this.process = process;
    this.link = link;
    this.adopted = adopted;
    this.limit = limit;
  }

  /** Starts or adopts the Redis of a data directory on a free port. */
  public static EmbeddedRedis start(Path data) {
    return start(data, EmbeddedSettings.durableData());
  }

  /**
   * Starts or adopts the Redis of a data directory, which is made on first use.
   *
   * @param settings {@code durable} makes no difference
   * @throws EmbeddedServerException with a sentence that says what is in the way
   */
  public static EmbeddedRedis start(Path data, EmbeddedSettings settings) {
    Path directory = DataFiles.directory(data);
    try (DirectoryLock _ = DirectoryLock.take(directory)) {
      Optional<EmbeddedRedis> living = living(directory, settings.limit());
      if (living.isPresent()) {
        if (settings.port() == 0 || settings.port() == living.get().port()) {
          LOG.info("Redis in {} still runs and is adopted: {}", directory, living.get());
          return living.get();
        }
        living.get().end();
      }
      return startNew(directory, settings);
    }
  }

  /**
   * The Redis of a data directory if it is running, whoever started it. Starts nothing.
   *
   * @param data a directory that may be missing
   */
  public static Optional<EmbeddedRedis> find(Path data) {
    return DataFiles.existing(data)
        .flatMap(directory -> living(directory, EmbeddedSettings.durableData().limit()));
  }

  /**
   * A running server is known by its program and its working directory; only one that also answers
   * to the password is worth keeping.
   */
  private static Optional<EmbeddedRedis> living(Path directory, Duration limit) {
    Optional<String> password = DataFiles.readPassword(directory);
    Optional<Integer> port =
        DataFiles.readIfPresent(directory.resolve(CONFIGURATION))
            .map(PORT::matcher)
            .filter(Matcher::find)
            .map(found -> Integer.valueOf(found.group(1)));
    if (password.isEmpty() || port.isEmpty()) {
      return Optional.empty();
    }
    RedisLink link = new RedisLink(port.get(), password.get());
    return pidInFile(directory)
        .filter(process -> ProcessTable.runs(process.pid(), PROGRAM, directory))
        .filter(process -> link.answers())
        .map(process -> new EmbeddedRedis(directory, process, link, true, limit));
  }

  private static Optional<ProcessTable.Identity> pidInFile(Path directory) {
    return DataFiles.readIfPresent(directory.resolve("redis.pid"))
        .map(String::strip)
        .filter(text -> text.matches("\\d{1,9}"))
        .flatMap(text -> ProcessTable.identify(Long.parseLong(text)));
  }

  private static EmbeddedRedis startNew(Path directory, EmbeddedSettings settings) {
    long begin = System.nanoTime();
    clearLeftovers(directory);
    String password = DataFiles.password(directory);
    Path program = Binaries.redis(settings.cache()).resolve(PROGRAM);
    EmbeddedRedis started = launch(directory, password, program, settings);
    LOG.info("Redis started in {} ms: {}", (System.nanoTime() - begin) / 1_000_000, started);
    return started;
  }

  /** A free port may be taken by somebody else before the server binds it: then another one. */
  private static EmbeddedRedis launch(
      Path directory, String password, Path program, EmbeddedSettings settings) {
    for (int attempt = 1; ; attempt++) {
      RedisLink link = new RedisLink(Ports.choose(settings.port(), "Redis"), password);
      DataFiles.writeSecret(directory.resolve(CONFIGURATION), configuration(link.port(), password));
      ServerLog log = ServerLog.mark(directory.resolve("server.log"));
      Process process =
          Launch.server(List.of(program.toString(), CONFIGURATION), directory, log.file());
      try {
        ProcessTable.Identity identity = awaitReady(process, link, log, settings.limit());
        return new EmbeddedRedis(directory, identity, link, false, settings.limit());
      } catch (EmbeddedServerException e) {
        if (settings.port() != 0 || attempt == PORT_ATTEMPTS || !log.portWasTaken()) {
          throw e;
        }
      }
    }
  }

  private static ProcessTable.Identity awaitReady(
      Process process, RedisLink link, ServerLog log, Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    try {
      while (System.nanoTime() < end) {
        if (process.waitFor(5, TimeUnit.MILLISECONDS)) {
          throw log.failure("Redis", link.port());
        }
        Optional<ProcessTable.Identity> identity = ProcessTable.identify(process.pid());
        if (identity.isPresent() && link.answers()) {
          return identity.get();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
    throw new EmbeddedServerException(
        "Expected Redis to be ready within %d s, but it was not. The last lines of %s:%n%s"
            .formatted(limit.toSeconds(), log.file(), ServerLog.lastLines(log.text())));
  }

  private static String configuration(int port, String password) {
    return """
    # Written by Polykern at every start.
    bind 127.0.0.1
    port %d
    requirepass %s
    daemonize no
    pidfile redis.pid
    set-proc-title no
    # What is here may be lost: nothing is saved, and the oldest gives way when memory ends.
    save ""
    appendonly no
    maxmemory 256mb
    maxmemory-policy allkeys-lru
    databases 4
    """
        .formatted(port, password);
  }

  private static void clearLeftovers(Path directory) {
    for (ProcessTable.Identity stray : ProcessTable.running(PROGRAM, directory)) {
      Signals.send("TERM", stray);
      if (!Signals.awaitEnd(stray, AFTER_TERM)) {
        Signals.send("KILL", stray);
        Signals.awaitEnd(stray, AFTER_TERM);
      }
    }
    try {
      Files.deleteIfExists(directory.resolve("redis.pid"));
    } catch (IOException e) {
      throw DataFiles.failed("delete", directory.resolve("redis.pid"), e);
    }
  }

  /** 127.0.0.1. */
  public String host() {
    return Ports.HOST;
  }

  /** The TCP port. */
  public int port() {
    return link.port();
  }

  /** The password of the default user. */
  public String password() {
    return link.password();
  }

  /** For Vert.x, with the password: keep it out of logs. */
  public String uri() {
    return "redis://:" + password() + "@" + host() + ":" + port();
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
   * Stops the server, by force when it has not ended within the limit. Stopping a stopped server
   * does nothing.
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

  private void end() {
    if (isAlive()) {
      link.shutDown();
      Signals.awaitEnd(process, limit);
    }
    clearLeftovers(data);
  }

  @Override
  public String toString() {
    return "Redis[pid " + pid() + ", " + host() + ":" + port() + ", " + data + "]";
  }
}
