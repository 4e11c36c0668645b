package org.polykern.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PostgreSQL's own directory: where it lies, who may run it, what is configured in it.
 *
 * <pre>
 *   DATA/password     ours, mode 600
 *   DATA/server.log   ours
 *   DATA/cluster/     PostgreSQL's; or, when the account that must run it cannot enter DATA,
 *   DATA/elsewhere    the path of that directory below /var/lib/polykern
 * </pre>
 *
 * <p>A cluster is made under a draft name and renamed when it is complete, so a kill during {@code
 * initdb} leaves nothing that looks like a database.
 *
 * @param runAs as whom its programs run
 * @param binaries the folder with {@code bin/postgres}, readable for that account
 * @param directory the cluster, existing and initialised
 */
record PostgresCluster(RunAs runAs, Path binaries, Path directory) {
  static final String USER = "polykern";
  static final String DATABASE = "polykern";

  private static final Logger LOG = LoggerFactory.getLogger(PostgresCluster.class);
  private static final Path SHARED_STATE = Path.of("/var/lib/polykern");

  /** The directory of an existing cluster, without a look whether anyone can run it. */
  static Optional<Path> existing(Path data) {
    Path directory =
        DataFiles.readIfPresent(data.resolve("elsewhere"))
            .map(text -> Path.of(text.strip()))
            .orElse(data.resolve("cluster"));
    return Optional.of(directory).filter(path -> Files.exists(path.resolve("PG_VERSION")));
  }

  /** Opens the cluster of a data directory, and makes it on first use. */
  static PostgresCluster open(Path data, Path cache, List<RunAs> ways, boolean durable, Path log) {
    Optional<Path> existing = existing(data);
    PostgresCluster cluster =
        existing.isPresent()
            ? reopen(existing.get(), cache, ways)
            : create(data, cache, ways, durable, log);
    LOG.info("PostgreSQL in {} runs as {}", cluster.directory, cluster.runAs.description());
    return cluster;
  }

  private static PostgresCluster reopen(Path directory, Path cache, List<RunAs> ways) {
    return ways.stream()
        .flatMap(way -> usable(way, directory, cache).stream())
        .findFirst()
        .orElseThrow(() -> nobody(directory, ways));
  }

  private static PostgresCluster create(
      Path data, Path cache, List<RunAs> ways, boolean durable, Path log) {
    DataFiles.requireSpace(data, "a new database");
    for (RunAs way : ways) {
      for (Path place : places(data, way)) {
        Path draft = openToAll(place).resolve("cluster.new");
        DataFiles.deleteTree(draft);
        DataFiles.privateDirectory(draft);
        way.own(draft);
        Optional<PostgresCluster> cluster = usable(way, draft, cache);
        if (cluster.isPresent()) {
          return cluster.get().initialise(data, durable, log);
        }
        DataFiles.deleteTree(draft);
      }
    }
    throw nobody(data, ways);
  }

  /** This directory with programs that may be run in this way, or nothing. */
  private static Optional<PostgresCluster> usable(RunAs way, Path directory, Path cache) {
    Path binaries = Binaries.postgres(cache);
    if (way.canUse(directory, binaries.resolve("bin/postgres"))) {
      return Optional.of(new PostgresCluster(way, binaries, directory));
    }
    if (way.ownerId() < 0 || !way.canUse(directory, Path.of("/bin/sh"))) {
      return Optional.empty();
    }
    Path shared = Binaries.postgres(SHARED_STATE.resolve("binaries"));
    return way.canUse(directory, shared.resolve("bin/postgres"))
        ? Optional.of(new PostgresCluster(way, shared, directory))
        : Optional.empty();
  }

  private static EmbeddedServerException nobody(Path directory, List<RunAs> ways) {
    return new EmbeddedServerException(
        "Expected to run PostgreSQL over %s as %s, but none of these can use that directory (PostgreSQL refuses to run as root); start Polykern as the owner of the directory, or as an ordinary user with a directory of its own."
            .formatted(
                directory, String.join(" or ", ways.stream().map(RunAs::description).toList())));
  }

  /** Where a new cluster may go, best first. */
  private static List<Path> places(Path data, RunAs way) {
    byte[] name = data.toString().getBytes(StandardCharsets.UTF_8);
    Path elsewhere = SHARED_STATE.resolve(UUID.nameUUIDFromBytes(name).toString());
    return way.ownerId() < 0 ? List.of(data) : List.of(data, elsewhere);
  }

  private static Path openToAll(Path place) {
    try {
      return Files.createDirectories(place).toRealPath();
    } catch (IOException e) {
      throw DataFiles.failed("create", place, e);
    }
  }

  private PostgresCluster initialise(Path data, boolean durable, Path log) {
    ServerLog marked = ServerLog.mark(log);
    int code =
        Launch.tool(
            runAs.command(
                List.of(
                    program("initdb"),
                    "--pgdata=" + directory,
                    "--username=" + USER,
                    "--auth=trust", // never served: pg_hba.conf is replaced below
                    "--encoding=UTF8",
                    "--locale=C",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                    durable ? "--sync-method=fsync" : "--no-sync",
                    "--no-instructions")),
            directory,
            "",
            log);
    if (code != 0) {
      throw marked.failure("PostgreSQL's initdb", 0);
    }
    rewrite("pg_hba.conf", "host all all 127.0.0.1/32 scram-sha-256\n");
    single("postgres", "CREATE DATABASE " + DATABASE + ";\n", log);
    setPassword(DataFiles.password(data), log);
    Path home = directory.resolveSibling("cluster");
    try {
      Files.move(directory, home);
      if (!home.startsWith(data)) {
        Files.writeString(data.resolve("elsewhere"), home + "\n");
      }
    } catch (IOException e) {
      throw DataFiles.failed("create", home, e);
    }
    return new PostgresCluster(runAs, binaries, home);
  }

  /** Gives the user this password; the server must not be running. */
  void setPassword(String password, Path log) {
    single(DATABASE, "ALTER ROLE " + USER + " PASSWORD '" + password + "';\n", log);
  }

  private void single(String database, String sql, Path log) {
    ServerLog marked = ServerLog.mark(log);
    List<String> command =
        List.of(program("postgres"), "--single", "-D", directory.toString(), "-j", database);
    int code = Launch.tool(runAs.command(command), directory, sql + "\n", log);
    if (code != 0 || marked.says("ERROR:") || marked.says("FATAL:")) {
      throw marked.failure("PostgreSQL in single-user mode", 0);
    }
  }

  /** Writes the configuration; ours as a whole on every start, the user's is left alone. */
  void configure(boolean durable) {
    rewrite("postgresql.conf", PostgresConf.text(durable));
  }

  /** In place, because the file belongs to the account that runs the server. */
  private void rewrite(String name, String text) {
    Path file = directory.resolve(name);
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw DataFiles.failed("write", file, e);
    }
  }

  /** The server's command line; the first argument and the working directory identify it later. */
  List<String> serverCommand(int port) {
    return runAs.command(
        List.of(program("postgres"), "-D", directory.toString(), "-p", Integer.toString(port)));
  }

  private String program(String name) {
    return binaries.resolve("bin").resolve(name).toString();
  }
}
