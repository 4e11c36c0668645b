package org.polykern.embedded;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running PostgreSQL over a data directory, listening on 127.0.0.1 alone.
 *
 * <p>It is started, or adopted when it still lives from an earlier JVM. It outlives this JVM unless
 * it is stopped. Safe for use by many threads.
 */
public final class EmbeddedPostgres implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);
  private static final String PROGRAM = "postgres";
  private static final int PORT_ATTEMPTS = 3;
  private static final Duration LEFTOVERS = Duration.ofSeconds(5);

  private final Path data;
  private final Path cluster;
  private final ProcessTable.Identity process;
  private final int port;
  private final String password;
  private final boolean adopted;
  private final Duration limit;

  private EmbeddedPostgres(
      Path data, PostmasterFile running, String password, boolean adopted, Duration limit) {
    this.data = data;
    this.cluster = running.cluster();
    this.process = running.process();
    this.port = running.port();
    this.password = password;
    this.adopted = adopted;
    this.limit = limit;
  }

  /** Starts or adopts the durable PostgreSQL of a data directory on a free port. */
  public static EmbeddedPostgres start(Path data) {
    return start(data, EmbeddedSettings.durableData());
  }

  /**
   * Starts or adopts the PostgreSQL of a data directory, which is made on first use.
   *
   * @throws EmbeddedServerException with a sentence that says what is in the way
   */
  public static EmbeddedPostgres start(Path data, EmbeddedSettings settings) {
    return start(data, settings, RunAs.candidates());
  }

  static EmbeddedPostgres start(Path data, EmbeddedSettings settings, List<RunAs> ways) {
    Path directory = DataFiles.directory(data);
    try (DirectoryLock _ = DirectoryLock.take(directory)) {
      Optional<EmbeddedPostgres> living = living(directory, settings.limit());
      if (living.isPresent()) {
        if (settings.port() == 0 || settings.port() == living.get().port) {
          LOG.info("PostgreSQL in {} still runs and is adopted: {}", directory, living.get());
          return living.get();
        }
        living.get().end();
      }
      return startNew(directory, settings, ways);
    }
  }

  /**
   * The PostgreSQL of a data directory if it is running, whoever started it. Starts nothing.
   *
   * @param data a directory that may be missing
   */
  public static Optional<EmbeddedPostgres> find(Path data) {
    return DataFiles.existing(data)
        .flatMap(directory -> living(directory, EmbeddedSettings.durableData().limit()));
  }

  private static Optional<EmbeddedPostgres> living(Path directory, Duration limit) {
    Optional<Path> cluster = PostgresCluster.existing(directory);
    Optional<String> password = DataFiles.readPassword(directory);
    if (cluster.isEmpty() || password.isEmpty()) {
      return Optional.empty();
    }
    Optional<PostmasterFile> running = PostmasterFile.settled(cluster.get(), limit);
    return running.map(
        found -> new EmbeddedPostgres(directory, found, password.get(), true, limit));
  }

  private static EmbeddedPostgres startNew(
      Path directory, EmbeddedSettings settings, List<RunAs> ways) {
    long begin = System.nanoTime();
    Path log = directory.resolve("server.log");
    Optional<Path> existing = PostgresCluster.existing(directory);
    existing.ifPresent(EmbeddedPostgres::clearLeftovers);
    // Before a first start takes its time.
    Ports.choose(settings.port(), "PostgreSQL");
    boolean lostPassword = existing.isPresent() && DataFiles.readPassword(directory).isEmpty();
    PostgresCluster cluster =
        PostgresCluster.open(directory, settings.cache(), ways, settings.durable(), log);
    String password = DataFiles.password(directory);
    if (lostPassword) {
      cluster.setPassword(password, log);
    }
    cluster.configure(settings.durable());
    PostmasterFile running = launch(cluster, settings, log);
    EmbeddedPostgres started =
        new EmbeddedPostgres(directory, running, password, false, settings.limit());
    LOG.info("PostgreSQL started in {} ms: {}", (System.nanoTime() - begin) / 1_000_000, started);
    return started;
  }

  /** A free port may be taken by somebody else before the server binds it: then another one. */
  private static PostmasterFile launch(
      PostgresCluster cluster, EmbeddedSettings settings, Path log) {
    for (int attempt = 1; ; attempt++) {
      int port = Ports.choose(settings.port(), "PostgreSQL");
      ServerLog marked = ServerLog.mark(log);
      Process process = Launch.server(cluster.serverCommand(port), cluster.directory(), log);
      try {
        return awaitReady(process, cluster, port, marked, settings.limit());
      } catch (EmbeddedServerException e) {
        if (settings.port() != 0 || attempt == PORT_ATTEMPTS || !marked.portWasTaken()) {
          throw e;
        }
      }
    }
  }

  private static PostmasterFile awaitReady(
      Process process, PostgresCluster cluster, int port, ServerLog log, Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    try {
      while (System.nanoTime() < end) {
        Optional<PostmasterFile> file = PostmasterFile.read(cluster.directory());
        if (file.filter(f -> f.process().pid() == process.pid() && f.isReady()).isPresent()) {
          return file.get();
        }
        if (process.waitFor(5, TimeUnit.MILLISECONDS)) {
          throw log.failure("PostgreSQL", port);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
    throw new EmbeddedServerException(
        "Expected PostgreSQL to be ready within %d s, but it was not. The last lines of %s:%n%s"
            .formatted(limit.toSeconds(), log.file(), ServerLog.lastLines(log.text())));
  }

  /**
   * After a postmaster died its children end by themselves, a moment later; a new one refuses to
   * start over them. A pid file whose pid now belongs to a stranger would stop it, too.
   */
  private static void clearLeftovers(Path cluster) {
    Signals.await(() -> ProcessTable.running(PROGRAM, cluster).isEmpty(), LEFTOVERS);
    ProcessTable.running(PROGRAM, cluster).forEach(stray -> Signals.send("KILL", stray));
    PostmasterFile.removeStale(cluster);
  }

  /** 127.0.0.1. */
  public String host() {
    return Ports.HOST;
  }

  /** The TCP port. */
  public int port() {
    return port;
  }

  /** The only database that is made here; others may be added over SQL. */
  public String database() {
    return PostgresCluster.DATABASE;
  }

  /** The user, a superuser of this server. */
  public String user() {
    return PostgresCluster.USER;
  }

  /** The user's password. */
  public String password() {
    return password;
  }

  /** For JDBC, without user and password. */
  public String jdbcUrl() {
    return "jdbc:postgresql://" + host() + ":" + port + "/" + database();
  }

  /** For Vert.x and libpq, with user and password: keep it out of logs. */
  public String uri() {
    return "postgresql://" + user() + ":" + password + "@" + host() + ":" + port + "/" + database();
  }

  /** The postmaster's process id. */
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
   * Stops the server: open transactions are rolled back, and it is killed when it has not ended
   * within the limit. No process of it is left afterwards. Stopping a stopped server does nothing.
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
    Signals.send("INT", process);
    if (!Signals.awaitEnd(process, limit)) {
      LOG.warn("PostgreSQL did not end within {} and is killed: {}", limit, this);
      Signals.send("QUIT", process);
      if (!Signals.awaitEnd(process, LEFTOVERS)) {
        Signals.send("KILL", process);
      }
    }
    clearLeftovers(cluster);
  }

  @Override
  public String toString() {
    return "PostgreSQL[pid " + pid() + ", " + host() + ":" + port + ", " + data + "]";
  }
}
