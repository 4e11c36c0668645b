package org.polykern.embedded;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running PostgreSQL, listening on 127.0.0.1 alone. Stopping it rolls open transactions back. */
public final class EmbeddedPostgres extends EmbeddedServer {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);
  private static final String NAME = "PostgreSQL";
  private static final String PROGRAM = "postgres";
  private static final Duration LEFTOVERS = Duration.ofSeconds(5);

  private final Path cluster;
  private final String password;

  private EmbeddedPostgres(
      Path data, PostmasterFile running, String password, boolean adopted, Duration limit) {
    super(NAME, data, running.process(), running.port(), adopted, limit);
    this.cluster = running.cluster();
    this.password = password;
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
      return adoptOrStart(
          living(directory, settings.limit()), settings, () -> startNew(directory, settings, ways));
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
    Path log = directory.resolve("server.log");
    Optional<Path> existing = PostgresCluster.existing(directory);
    existing.ifPresent(EmbeddedPostgres::clearLeftovers);
    // Before a first start takes its time.
    Ports.choose(settings.port(), NAME);
    boolean lostPassword = existing.isPresent() && DataFiles.readPassword(directory).isEmpty();
    PostgresCluster cluster =
        PostgresCluster.open(directory, settings.cache(), ways, settings.durable(), log);
    String password = DataFiles.password(directory);
    if (lostPassword) {
      cluster.setPassword(password, log);
    }
    cluster.configure(settings.durable());
    PostmasterFile running =
        atAPort(NAME, settings, log, (port, marked) -> launch(cluster, port, marked, settings));
    return new EmbeddedPostgres(directory, running, password, false, settings.limit());
  }

  private static PostmasterFile launch(
      PostgresCluster cluster, int port, ServerLog log, EmbeddedSettings settings) {
    Process process = Launch.server(cluster.serverCommand(port), cluster.directory(), log.file());
    return awaitReady(
        NAME,
        port,
        process,
        log,
        settings.limit(),
        pid ->
            PostmasterFile.read(cluster.directory())
                .filter(file -> file.process().pid() == pid && file.isReady()));
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
    return "jdbc:postgresql://" + host() + ":" + port() + "/" + database();
  }

  /** For Vert.x and libpq, with user and password: keep it out of logs. */
  public String uri() {
    return "postgresql://"
        + user()
        + ":"
        + password
        + "@"
        + host()
        + ":"
        + port()
        + "/"
        + database();
  }

  @Override
  void end() {
    Signals.send("INT", process());
    if (!Signals.awaitEnd(process(), limit())) {
      LOG.warn("PostgreSQL did not end within {} and is killed: {}", limit(), this);
      Signals.send("QUIT", process());
      if (!Signals.awaitEnd(process(), LEFTOVERS)) {
        Signals.send("KILL", process());
      }
    }
    clearLeftovers(cluster);
  }
}
